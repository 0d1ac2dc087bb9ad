// A decision waits a moment before it is sent, so that a slip of the hand can be taken back; what then fails to go
// through is kept and said. Knows neither server nor clock: both are given to it.

import type { Verdict } from '../../api/types.ts';

export type Decided = { assignment: string; number: number; verdict: Verdict };
export type Sent = { done: true } | { done: false; words: string; passing: boolean };
export type Stuck = Decided & { words: string; passing: boolean };
/** `last` is the newest that went through. */
export type VerdictState = { waiting: Decided | null; stuck: Stuck[]; last: Decided | null };

type Ports = {
  send: (decided: Decided) => Promise<Sent>;
  changed: (state: VerdictState) => void;
  later: (run: () => void, ms: number) => () => void;
};

/** How long a decision can be taken back, in ms. */
export const takeBackMs = 6000;

export class Verdicts {
  #waiting: Decided | null = null;
  #stuck: Stuck[] = [];
  #last: Decided | null = null;
  #stop: () => void = () => {};
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Whether this assignment was decided here and is not through yet. */
  holds(assignment: string): boolean {
    return this.#waiting?.assignment === assignment || this.#stuck.some((s) => s.assignment === assignment);
  }

  /** Decides. An earlier one that still waits goes at once. */
  async give(decided: Decided): Promise<void> {
    const earlier = this.flush();
    this.#stop();
    this.#waiting = decided;
    this.#stop = this.#ports.later(() => void this.flush(), takeBackMs);
    this.#tell();
    await earlier;
  }

  /** Takes back the one that waits, or one that did not go through. */
  takeBack(assignment?: string): Decided | null {
    const waiting = this.#waiting;
    if (waiting && (assignment === undefined || waiting.assignment === assignment)) {
      this.#stop();
      this.#waiting = null;
      this.#tell();
      return waiting;
    }
    const stuck = this.#stuck.find((one) => one.assignment === assignment) ?? null;
    this.#stuck = this.#stuck.filter((one) => one !== stuck);
    this.#tell();
    return stuck;
  }

  /** Sends the one that waits, now. */
  async flush(): Promise<void> {
    const decided = this.#waiting;
    if (!decided) return;
    this.#stop();
    this.#waiting = null;
    this.#tell();
    await this.#send(decided);
  }
  /** Sends again what did not go through for a reason that passes. */
  async retry(): Promise<void> {
    const again = this.#stuck.filter((one) => one.passing);
    this.#stuck = this.#stuck.filter((one) => !one.passing);
    for (const { assignment, number, verdict } of again) await this.#send({ assignment, number, verdict });
  }

  async #send(decided: Decided): Promise<void> {
    const sent = await this.#ports.send(decided);
    if (sent.done) this.#last = decided;
    else this.#stuck = [...this.#stuck, { ...decided, words: sent.words, passing: sent.passing }];
    this.#tell();
  }
  #tell(): void {
    this.#ports.changed({ waiting: this.#waiting, stuck: this.#stuck, last: this.#last });
  }
}
