// Counts, sizes, shares and spans of time as people read them: with their unit, no more digits than they carry.

/** `1 task`, `1,204 tasks`. */
export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

/** A size: `481 bytes`, `1.2 kB`, `35 MB`. Powers of ten, as disks are sold. */
export function bytes(n: number): string {
  if (n < 1000) return count(n, 'byte');
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = n;
  let unit = '';
  for (const next of units) {
    if (value < 999.5) break;
    value /= 1000;
    unit = next;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** A number of any size to so many figures. */
export const significant = (n: number, figures: number): string =>
  n.toLocaleString('en', { maximumSignificantDigits: figures }).replace('-', '−');

/** A share as a percentage without decimals; one that is neither none nor all never reads 0 or 100. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  if (share > 0 && rounded === 0) return 'under 1 %';
  if (share < 1 && rounded === 100) return 'over 99 %';
  return `${rounded} %`;
}

/** Hours as a range in the coarsest unit that tells: `3 to 5 h`, `2 to 4 days`. `null`: no upper end is known. */
export function hoursRange(low: number, high: number | null): string {
  const days = low >= 48 || (high !== null && high >= 72);
  const per = days ? 24 : 1;
  const unit = days ? 'days' : 'h';
  const from = Math.floor(low / per);
  if (high === null) return `${Math.max(1, from)} ${unit} or more`;
  const to = Math.max(1, Math.ceil(high / per));
  if (to === from || (from === 0 && to === 1)) return `about ${to} ${days && to === 1 ? 'day' : unit}`;
  if (from === 0) return `up to ${to} ${unit}`;
  return `${from} to ${to} ${unit}`;
}

/** The first eight digits of an id: enough to tell rows apart, the whole stands on hover. */
export const short = (id: string): string => id.slice(0, 8);
