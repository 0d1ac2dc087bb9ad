// Times and durations in the reader's words. Reckoning takes the moment as an argument; nothing here asks a clock.

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * How long ago, in the coarsest unit that still tells: `just now`, `4 min ago`, `3 h ago`, `2 days ago`. Beyond a month
 * nobody counts days any more: it is the day itself.
 */
export function ago(at: string, nowMs: number): string {
  const ms = nowMs - Date.parse(at);
  if (!Number.isFinite(ms)) return '';
  if (ms < minute) return 'just now';
  if (ms < hour) return `${Math.floor(ms / minute)} min ago`;
  if (ms < day) return `${Math.floor(ms / hour)} h ago`;
  const days = Math.floor(ms / day);
  if (days > 31) return dayOf(new Date(at), nowMs);
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

/** A day in the reader's zone; with the year where it is not this one. */
const dayOf = (date: Date, nowMs: number): string =>
  new Intl.DateTimeFormat(undefined, {
    day: 'numeric',
    month: 'short',
    year: date.getFullYear() === new Date(nowMs).getFullYear() ? undefined : 'numeric',
  }).format(date);

/** A length of time: `48 s`, `12 min`, `3 h 05 min`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** The moment in full, in the reader's zone and with its name: for the hover. */
export function inFull(at: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '';
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' }).format(date);
}

/** Day and time, short, in the reader's zone; with the year where it is not this one. */
export function dayAndTime(at: string, nowMs: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '';
  return new Intl.DateTimeFormat(undefined, {
    day: 'numeric',
    month: 'short',
    year: date.getFullYear() === new Date(nowMs).getFullYear() ? undefined : 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(date);
}

/** A day that was named without an hour, and is kept as midnight by UTC: the same day in every zone. */
export function dayNamed(at: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '';
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' }).format(date);
}

/** Work on one thing: short enough that minutes alone would hide a half. */
export const worked = (ms: number): string =>
  ms < 600_000 ? `${(ms / 60_000).toFixed(1)} min` : duration(ms);

/** The moment so many days from now, as the API takes it. */
export const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
