// Time spent on a task, measured honestly: only while the page is in view and a person gave a sign of life
// (key, pointer, scroll) within the last minute. All in milliseconds of one clock that never jumps.

/** Reading without touching anything counts this long. */
export const graceMs = 60_000;
/** Without a sign of life for this long a person is idle. */
export const idleAfterMs = 180_000;

export class ActiveMeter {
  #ms: number;
  #countedTo: number;
  #lastSign: number;
  #inView: boolean;

  constructor(nowMs: number, { already = 0, inView = true } = {}) {
    this.#ms = already;
    this.#countedTo = nowMs;
    this.#lastSign = nowMs;
    this.#inView = inView;
  }

  /** A key, a pointer, a scroll. */
  sign(nowMs: number): void {
    this.#settle(nowMs);
    this.#lastSign = nowMs;
  }

  /** The page came into view or left it. Coming back is a sign of life. */
  view(inView: boolean, nowMs: number): void {
    this.#settle(nowMs);
    if (inView && !this.#inView) this.#lastSign = nowMs;
    this.#inView = inView;
  }

  /** Active time up to now. */
  total(nowMs: number): number {
    this.#settle(nowMs);
    return Math.round(this.#ms);
  }

  idle(nowMs: number): boolean {
    return !this.#inView || nowMs - this.#lastSign >= idleAfterMs;
  }

  #settle(nowMs: number): void {
    if (nowMs <= this.#countedTo) return;
    if (this.#inView) {
      const until = Math.min(nowMs, this.#lastSign + graceMs);
      this.#ms += Math.max(0, until - this.#countedTo);
    }
    this.#countedTo = nowMs;
  }
}
