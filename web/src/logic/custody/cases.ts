// A case in words and figures: pure.

import type { Series } from '../../parts/plot.ts';

type Day = { day: string; items: number; peers_low?: number | null; peers_high?: number | null };

/** Days since 1970 of `2025-05-05`. */
export const dayNumber = (day: string): number => Math.round(Date.parse(`${day}T00:00:00Z`) / 86_400_000);

/** A day number as people write it: `5 May`. */
export const dayWords = (day: number): string =>
  new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    new Date(day * 86_400_000),
  );

/** The person's line, and the band in which the middle four fifths of the peers lie. */
export function seriesOf(days: Day[]): Series[] {
  const at = days.map((one) => ({ ...one, x: dayNumber(one.day) }));
  const own = { name: 'this person', points: at.map(({ x, items }) => ({ x, y: items })) };
  const known = at.some((one) => typeof one.peers_high === 'number');
  if (!known) return [own];
  const peers = at.map(({ x, peers_low, peers_high }) => ({
    x,
    y: null,
    low: peers_low ?? null,
    high: peers_high ?? null,
  }));
  return [own, { name: 'peers', points: peers }];
}

/** What to see in the plot, in one sentence. */
export function plotSays(days: Day[]): string {
  if (days.every((one) => one.items === 0)) return 'Nothing was sent to this person in these days.';
  const most = days.reduce((a, b) => (b.items > a.items ? b : a));
  const items = `${most.items.toLocaleString()} ${most.items === 1 ? 'item' : 'items'}`;
  const on = dayWords(dayNumber(most.day));
  if (typeof most.peers_high !== 'number')
    return `Most was sent on ${on}: ${items}. There are no peers to compare with.`;
  return `Most was sent on ${on}: ${items}. Nine in ten of the peers were sent ${most.peers_high.toLocaleString()} or fewer that day.`;
}

const partNames: Record<string, string> = {
  volume: 'More than usual',
  choice: 'Picked for being confidential',
  foreign: 'Of clients who are not theirs',
  hours: 'Outside the hours of work',
  opened: 'Opened more than usual',
  opened_choice: 'Opened for being confidential',
  opened_foreign: 'Opened of clients who are not theirs',
  destination: 'Where it went',
  private_account: 'A private account opened it',
  folders: 'Folders named after clients',
  pair: 'Together with another person',
  context: 'What was known before',
  windows_tried: 'Price of looking at several spans',
  told_before: 'Said on an earlier day already',
};
export const partName = (name: string): string => partNames[name] ?? name;

/** How unlikely a score is, in words: the chance that a usual day looks like this. */
export function scoreWords(nats: number): string {
  const odds = Math.exp(Math.min(nats, 20));
  const rounded = Number(odds.toPrecision(1));
  return rounded < 2 ? 'as usual' : `about 1 usual day in ${rounded.toLocaleString()} looks like this`;
}

export const stateWords: Record<string, { word: string; tone: 'accent' | 'warn' | 'bad' | 'good' }> = {
  open: { word: 'Open', tone: 'accent' },
  contested: { word: 'Contested', tone: 'warn' },
  true: { word: 'Found true', tone: 'bad' },
  benign: { word: 'Found benign', tone: 'good' },
};

export const measureWords: Record<string, string> = {
  none: 'Nothing was done at once.',
  narrowed: 'Their take budgets were narrowed to a quarter at once.',
  suspended: 'Their accounts were suspended at once.',
};
