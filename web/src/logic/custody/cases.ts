// A case in words and figures: pure.

import type { Mark, Series } from '../../parts/plot.ts';

type Day = {
  day: string;
  items: number;
  peers_low?: number | null;
  peers_high?: number | null;
  own_low?: number | null;
  own_high?: number | null;
};

/** Days since 1970 of `2025-05-05`. */
export const dayNumber = (day: string): number => Math.round(Date.parse(`${day}T00:00:00Z`) / 86_400_000);

/** A day number as people write it: `5 May`. */
export const dayWords = (day: number): string =>
  new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    new Date(day * 86_400_000),
  );

/** The person's line over the band of their own past, and the band of the peers where there are any. */
export function seriesOf(days: Day[]): Series[] {
  const at = days.map((one) => ({ ...one, x: dayNumber(one.day) }));
  const own = {
    name: 'this person',
    points: at.map(({ x, items, own_low, own_high }) => ({
      x,
      y: items,
      low: own_low ?? null,
      high: own_high ?? null,
    })),
  };
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

/** Facts as flags of the plot, those of one day together. */
export function marksOf(facts: { day: string; words: string }[]): Mark[] {
  const byDay = new Map<number, string[]>();
  for (const fact of facts) {
    const day = dayNumber(fact.day);
    byDay.set(day, [...(byDay.get(day) ?? []), fact.words]);
  }
  return [...byDay].sort(([a], [b]) => a - b).map(([x, words]) => ({ x, words: words.join('; ') }));
}

/** Facts that lie before or after the days of the plot: they are told beside it. */
export function beyond<T extends { day: string }>(facts: T[], days: Day[]): T[] {
  const [first, last] = [days[0]?.day ?? '', days.at(-1)?.day ?? ''];
  return facts.filter((fact) => fact.day < first || fact.day > last);
}

/** What to see in the plot, in one sentence. */
export function plotSays(days: Day[], outside = false): string {
  const were = outside ? 'taken by' : 'sent to';
  if (days.every((one) => one.items === 0)) return `Nothing was ${were} this person in these days.`;
  const did = outside ? 'taken' : 'sent';
  const most = days.reduce((a, b) => (b.items > a.items ? b : a));
  const items = `${most.items.toLocaleString()} ${most.items === 1 ? 'item' : 'items'}`;
  const on = dayWords(dayNumber(most.day));
  if (typeof most.peers_high !== 'number')
    return `Most was ${did} on ${on}: ${items}. There are no peers to compare with.`;
  const fewer = `${most.peers_high.toLocaleString()} or fewer`;
  return outside
    ? `Most was taken on ${on}: ${items}. Nine in ten of the others took ${fewer} that day.`
    : `Most was sent on ${on}: ${items}. Nine in ten of the peers were sent ${fewer} that day.`;
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

/** How far a score is beyond what opens a case. No odds: its parts are not independent. */
export function scoreWords(nats: number, threshold: number): string {
  const beyond = nats - threshold;
  if (beyond < 0.05) return `just what opens a case, ${threshold.toFixed(1)}`;
  return `${beyond.toFixed(1)} beyond ${threshold.toFixed(1)}, where a case opens`;
}

const logNames: Record<string, string> = {
  google: 'Google Workspace',
  m365: 'Microsoft 365',
  okta: 'Okta',
  slack: 'Slack',
  box: 'Box',
  cloudtrail: 'AWS CloudTrail',
};

/** Where a case is from: this server, or the outside logs by the names people know. */
export function sourceWords(source: string | null | undefined): string {
  if (source === null || source === undefined) return 'this server';
  const names = source.split(', ').filter((name) => name !== '');
  return names.length === 0 ? 'an outside log' : names.map((name) => logNames[name] ?? name).join(', ');
}

/** Whether no score opened the case, only a rule that fits. */
export const byRuleAlone = (one: { score: number; rules: number }): boolean =>
  one.score === 0 && one.rules > 0;

/** Steps of ten where one day would press all others flat. */
export function scaleOf(days: Day[]): 'even' | 'tenfold' {
  const all = days.map((one) => one.items).sort((a, b) => a - b);
  const usual = all[Math.floor(all.length * 0.9)] ?? 0;
  return (all.at(-1) ?? 0) > 20 * Math.max(1, usual) ? 'tenfold' : 'even';
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
