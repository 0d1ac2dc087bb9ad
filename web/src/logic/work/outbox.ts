// Answers on their way. One after the other, each under its own key until the server has acknowledged it; what
// fails for want of a connection is tried again, what the server refuses is kept and shown.

import type { Answers } from '../../api/types.ts';

export type Parcel = {
  assignment: string;
  number: number | null;
  answers: Answers;
  active_ms: number;
  key: string;
};
export type Refusal = { parcel: Parcel; words: string; errors: { path: string; rule: string }[] };
export type Outcome =
  | { state: 'submitted' | 'late' }
  | { state: 'again'; words: string; afterMs?: number }
  | { state: 'refused'; words: string; errors: { path: string; rule: string }[] };
export type OutboxState = { waiting: number; failing: string | null; refused: Refusal[] };

type Deps = {
  send: (parcel: Parcel) => Promise<Outcome>;
  /** Acknowledged: what the device kept of it may go. */
  done: (parcel: Parcel, outcome: 'submitted' | 'late') => void;
  changed: (state: OutboxState) => void;
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
};

const firstWaitMs = 1000;
const longestWaitMs = 30_000;

export class Outbox {
  #queue: Parcel[] = [];
  #refused: Refusal[] = [];
  #failing: string | null = null;
  #running: Promise<void> | null = null;
  #wake = new AbortController();
  constructor(readonly deps: Deps) {}

  add(parcel: Parcel): void {
    if (this.#queue.some((other) => other.assignment === parcel.assignment)) return;
    this.#refused = this.#refused.filter((other) => other.parcel.assignment !== parcel.assignment);
    this.#queue.push(parcel);
    this.#tell();
    this.#running ??= this.#run();
  }

  /** The connection is back, or the reader pressed “Try now”. */
  retry(): void {
    this.#wake.abort();
  }

  /** Takes a refused answer out: it was opened again, or given up. */
  takeBack(assignment: string): void {
    this.#refused = this.#refused.filter((other) => other.parcel.assignment !== assignment);
    this.#tell();
  }

  /** Until nothing is on its way any more. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  holds(assignment: string): boolean {
    return this.#queue.some((parcel) => parcel.assignment === assignment);
  }

  async #run(): Promise<void> {
    let waitMs = firstWaitMs;
    for (let parcel = this.#queue[0]; parcel; parcel = this.#queue[0]) {
      const outcome = await this.deps
        .send(parcel)
        .catch((): Outcome => ({ state: 'again', words: 'Something went wrong on this page.' }));
      if (outcome.state === 'again') {
        this.#failing = outcome.words;
        this.#tell();
        this.#wake = new AbortController();
        await (this.deps.wait ?? sleep)(outcome.afterMs ?? waitMs, this.#wake.signal);
        waitMs = Math.min(longestWaitMs, waitMs * 2);
        continue;
      }
      waitMs = firstWaitMs;
      this.#failing = null;
      this.#queue.shift();
      if (outcome.state === 'refused')
        this.#refused.push({ parcel, words: outcome.words, errors: outcome.errors });
      else this.deps.done(parcel, outcome.state);
      this.#tell();
    }
    this.#running = null;
  }

  #tell(): void {
    this.deps.changed({ waiting: this.#queue.length, failing: this.#failing, refused: [...this.#refused] });
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
