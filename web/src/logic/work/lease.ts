// How long an assignment is still held. By the server's clock: the reader's may be wrong, so only the time that
// passed on this page since the server answered is taken from here. All in milliseconds.

export type Lease = { lapsesAtMs: number; serverNowMs: number; heardAtMs: number };
export type Left = { ms: number; words: string; soon: boolean; lapsed: boolean };

const soonMs = 3 * 60_000;

/** `heardAtMs`: a clock that never jumps (`performance.now()`) at the moment of the answer. */
export const leaseFrom = (reply: { lapses_at: string; server_now: string }, heardAtMs: number): Lease => ({
  lapsesAtMs: Date.parse(reply.lapses_at),
  serverNowMs: Date.parse(reply.server_now),
  heardAtMs,
});

/** What is left at `nowMs` of the same clock as `heardAtMs`. */
export function leftOf(lease: Lease, nowMs: number): Left {
  const ms = Math.max(0, lease.lapsesAtMs - lease.serverNowMs - (nowMs - lease.heardAtMs));
  return { ms, words: words(ms), soon: ms < soonMs, lapsed: ms === 0 };
}

function words(ms: number): string {
  if (ms === 0) return 'lapsed';
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (ms < soonMs) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}

/** How often to renew: four times within what a fresh lease lasts, between 15 s and 2 min. */
export function beatEveryMs(lease: Lease): number {
  const whole = lease.lapsesAtMs - lease.serverNowMs;
  return Math.min(120_000, Math.max(15_000, whole / 4));
}
