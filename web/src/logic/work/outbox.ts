// Answers on their way. One after the other, each under its own key until the server has acknowledged it; what
// fails for want of a connection is tried again, what the server refuses is kept and shown. The newest may wait a
// moment, so that a slip of the hand can be taken back.

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
/** `held` is the newest while it can be taken back; it counts among those that wait. */
export type OutboxState = {
  waiting: number;
  held: Parcel | null;
  failing: string | null;
  refused: Refusal[];
};

type Deps = {
  send: (parcel: Parcel) => Promise<Outcome>;
  /** Acknowledged: what the device kept of it may go. */
  done: (parcel: Parcel, outcome: 'submitted' | 'late') => void;
  changed: (state: OutboxState) => void;
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
};

const firstWaitMs = 1000;
const longestWaitMs = 30_000;
/** How long an answer can be taken back after it was submitted, in ms. */
export const holdMs = 6000;

export class Outbox {
  #queue: Parcel[] = [];
  #refused: Refusal[] = [];
  #failing: string | null = null;
  #running: Promise<void> | null = null;
  #wake = new AbortController();
  #held: Parcel | null = null;
  #holding: Promise<void> = Promise.resolve();
  #letGo = new AbortController();
  constructor(readonly deps: Deps) {}

  /** Sends it, after `heldMs` at the earliest. One that was held before goes at once. */
  add(parcel: Parcel, heldMs = 0): void {
    if (this.holds(parcel.assignment)) return;
    this.letGo();
    this.#refused = this.#refused.filter((other) => other.parcel.assignment !== parcel.assignment);
    this.#queue.push(parcel);
    if (heldMs > 0) this.#hold(parcel, heldMs);
    this.#tell();
    this.#running ??= this.#run();
  }

  /** Nothing is held any more: what waited to be taken back goes. */
  letGo(): void {
    if (!this.#held) return;
    this.#held = null;
    this.#letGo.abort();
    this.#tell();
  }
  /** Takes the held one back; it is not sent. */
  undo(): Parcel | null {
    const parcel = this.#held;
    this.#queue = this.#queue.filter((other) => other !== parcel);
    this.letGo();
    return parcel;
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

  /** Until nothing is on its way any more. Nothing is held back meanwhile. */
  async settled(): Promise<void> {
    this.letGo();
    while (this.#running) await this.#running;
  }

  holds(assignment: string): boolean {
    return this.#queue.some((parcel) => parcel.assignment === assignment);
  }

  async #run(): Promise<void> {
    let waitMs = firstWaitMs;
    for (let parcel = this.#queue[0]; parcel; parcel = this.#queue[0]) {
      if (parcel === this.#held) {
        await this.#holding;
        continue;
      }
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

  #hold(parcel: Parcel, ms: number): void {
    this.#held = parcel;
    this.#letGo = new AbortController();
    this.#holding = (this.deps.wait ?? sleep)(ms, this.#letGo.signal).then(() => {
      if (this.#held === parcel) this.letGo();
    });
  }
  #tell(): void {
    this.deps.changed({
      waiting: this.#queue.length,
      held: this.#held,
      failing: this.#failing,
      refused: [...this.#refused],
    });
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
