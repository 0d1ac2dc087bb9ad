// What a page asked the server for: the answer, the words of a refusal, or neither yet. `Paged` goes on where a page
// of a list ended. Answers that come after the page asked anew, or left, change nothing.

import { Problem } from '../api/client.ts';
import type { List } from '../api/types.ts';

/** The server's words about what went wrong, or our own where it said none. */
export const wordsOf = (error: unknown): string =>
  error instanceof Problem ? error.detail : 'Something went wrong on this page.';

export class Fetched<T> {
  value = $state.raw<T | null>(null);
  failed = $state<string | null>(null);
  /** The status of the refusal; 404 also means that it is not for this account. */
  status = $state<number | null>(null);
  busy = $state(false);
  readonly #ask: () => Promise<T>;
  #turn = 0;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
    void this.reload();
  }

  /** Asks again. What is shown stays until the new answer is there. */
  async reload(): Promise<void> {
    const turn = ++this.#turn;
    this.busy = true;
    try {
      const value = await this.#ask();
      if (turn !== this.#turn) return;
      this.value = value;
      this.failed = this.status = null;
    } catch (error) {
      if (turn !== this.#turn) return;
      this.failed = wordsOf(error);
      this.status = error instanceof Problem ? error.status : null;
    }
    this.busy = false;
  }
}

export class Paged<T> {
  rows = $state.raw<T[]>([]);
  /** `false` until the first answer. */
  known = $state(false);
  failed = $state<string | null>(null);
  /** Where the last page ended; `null` when there is no more. */
  next = $state<string | null>(null);
  #busy = false;
  #turn = 0;
  #ask: (after: string | null) => Promise<List<T>>;

  constructor(ask: (after: string | null) => Promise<List<T>>) {
    this.#ask = ask;
    void this.restart();
  }

  /** From the beginning, perhaps with another question (a filter changed). */
  async restart(ask: (after: string | null) => Promise<List<T>> = this.#ask): Promise<void> {
    this.#ask = ask;
    this.#turn++;
    this.#busy = false;
    this.next = null;
    await this.#fetch(null);
  }
  /** The next page, if there is one and it is not on its way. */
  async more(): Promise<void> {
    if (this.next !== null) await this.#fetch(this.next);
  }

  async #fetch(after: string | null): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    const turn = this.#turn;
    try {
      const page = await this.#ask(after);
      if (turn !== this.#turn) return;
      this.rows = after === null ? page.items : [...this.rows, ...page.items];
      this.next = page.next;
      this.failed = null;
    } catch (error) {
      if (turn !== this.#turn) return;
      this.failed = wordsOf(error);
    }
    this.known = true;
    this.#busy = false;
  }
}
