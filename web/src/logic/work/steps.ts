// Steps back and forth through what was answered. Pure: it keeps states, and asks no clock.

/** What stood before a change, and where the change was made. */
export type Step<T> = { state: T; at: string; typed: boolean };
const stepsMax = 200;

export class Steps<T> {
  #past: Step<T>[] = [];
  #ahead: Step<T>[] = [];
  /** A run of typing goes on: it is one step. */
  #running = false;

  /** Notes what stands before a change. A run of typing in one place is one step. */
  before(state: T, at: string, typed = false): void {
    const last = this.#past.at(-1);
    this.#ahead = [];
    if (typed && this.#running && last?.typed && last.at === at) return;
    this.#past = [...this.#past, { state, at, typed }].slice(-stepsMax);
    this.#running = typed;
  }
  /** One step back from `now`; `null` at the beginning. */
  back(now: T): Step<T> | null {
    const step = this.#past.at(-1);
    if (!step) return null;
    this.#past = this.#past.slice(0, -1);
    this.#ahead = [...this.#ahead, { ...step, state: now }];
    this.#running = false;
    return step;
  }
  /** One step forth again; `null` where nothing was taken back. */
  forth(now: T): Step<T> | null {
    const step = this.#ahead.at(-1);
    if (!step) return null;
    this.#ahead = this.#ahead.slice(0, -1);
    this.#past = [...this.#past, { ...step, state: now }];
    this.#running = false;
    return step;
  }
}
