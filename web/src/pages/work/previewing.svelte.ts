// What an expert would see of a row under a schema, asked of the server as it is written. Nothing of it is stored.

import { Problem } from '../../api/client.ts';
import { preview } from '../../api/projects.ts';
import type { Content, Presented, Schema, Template } from '../../api/types.ts';
import { Sheet } from '../../parts/work/sheet.svelte.ts';

const afterMs = 250;

export class Previewing {
  /** The newest that could be shown; stays in view while what is written is wrong. */
  sheet = $state.raw<Sheet | null>(null);
  /** The server read the schema as it stands. */
  valid = $state(false);
  errors = $state.raw<{ path: string; rule: string }[]>([]);
  words = $state<string | null>(null);
  busy = $state(false);
  #timer = 0;
  #stop = new AbortController();

  /** Asks soon; what is asked later wins. `real`: a task of the project, already resolved, in place of a row. */
  ask(schema: Template, row: unknown, real: Content | null = null): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
    const stop = (this.#stop = new AbortController());
    this.busy = true;
    this.#timer = window.setTimeout(() => void this.#send(schema, row, real, stop.signal), afterMs);
  }
  /** What was typed is no JSON: nothing is asked. */
  refuse(words: string): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
    this.busy = false;
    this.valid = false;
    this.words = words;
    this.errors = [];
  }

  async #send(schema: Template, row: unknown, real: Content | null, signal: AbortSignal): Promise<void> {
    try {
      this.sheet = sheetOf(await preview(schema, real ? undefined : row, signal), real);
      this.valid = true;
      this.errors = [];
      this.words = null;
    } catch (error) {
      if (signal.aborted) return;
      const problem = error instanceof Problem ? error : null;
      this.errors = problem?.errors ?? [];
      // A row that does not fit says nothing against the schema.
      this.valid = this.errors.length > 0 && this.errors.every((one) => one.path.startsWith('/row'));
      this.words = problem?.detail ?? 'Something went wrong on this page.';
      // The questions can be seen all the same.
      const alone = this.valid ? await preview(schema, undefined, signal).catch(() => null) : null;
      if (alone) this.sheet = sheetOf(alone, null);
    }
    if (!signal.aborted) this.busy = false;
  }
}

type Shown = Awaited<ReturnType<typeof preview>>;
function sheetOf({ schema, content, presented }: Shown, real: Content | null): Sheet {
  return new Sheet({
    schema,
    content: (real ? only(real, schema) : content) ?? {},
    presented: (presented ?? {}) as Presented,
  });
}
const only = (content: Content, schema: Schema): Content =>
  Object.fromEntries(
    schema.fields.filter((field) => content[field.name]).map((field) => [field.name, content[field.name]]),
  ) as Content;
