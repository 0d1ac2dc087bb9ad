// Walls in words and figures: pure.

import type { Cell, CustodyRequest, Lost, OwnConflict, RequestKind } from '../../api/types.ts';
import { count } from '../../frame/figures.ts';
import type { Series } from '../../parts/plot.ts';
import { dayNumber, dayWords } from './cases.ts';

type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'accent';

/** A day as a calendar names it, with its year: `5 May 2026`. */
export const dateWords = (at: string): string =>
  new Intl.DateTimeFormat(undefined, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(new Date(at));

/** What is not known of a stretch of which a log may lack entries. */
export function unknownWords({ after, until, entries }: Lost): string {
  const since = after ? `from ${dateWords(after)} to ${dateWords(until)}` : `before ${dateWords(until)}`;
  const gone =
    entries == null
      ? 'it is not known how many entries of the log are lost'
      : entries === 0
        ? 'no entry of the log is known to be lost; those of the last seconds may be'
        : `${count(entries, 'entry', 'entries')} of the log ${entries === 1 ? 'is' : 'are'} lost`;
  return `${since} ${gone}, after a restore. What was sent in that time is not known from here, but for what was entered again.`;
}

const why: Record<string, string> = {
  ordered: 'A wall was ordered',
  exposure: 'Was sent a rival’s content',
  interest: 'Is tied to a rival',
  leaving: 'Gave notice: no new clients',
  left: 'Has left',
  clock: 'The server’s clock gives no time',
  gap: 'A restore lost entries, and nobody has entered them again',
};

/** A cell of the matrix in a word or two. */
export function cellWord(cell: Cell): string {
  if (cell.state === 'open') return 'Open';
  if (cell.state === 'exposed') return cell.why === 'waived' ? 'Sent, waived' : 'Sent';
  const by: Record<string, string> = { ordered: 'by order', exposure: 'by exposure', interest: 'by a tie' };
  return by[cell.why] ? `Walled ${by[cell.why]}` : `Walled: ${cell.why}`;
}

const looks = {
  walled: { tone: 'bad', icon: 'wall' },
  // That something was sent is neither good nor bad: it is what walls are made of.
  exposed: { tone: 'accent', icon: 'log' },
  open: { tone: 'plain', icon: undefined },
} as const;
/** How a cell is drawn. */
export const cellLook = (cell: Cell) => looks[cell.state];

/** Since or until when, where a cell knows; empty elsewhere. */
export function cellWhen(cell: Cell): string {
  if (cell.state === 'walled') return cell.opens_at ? `until ${dateWords(cell.opens_at)}` : 'no end by time';
  return cell.state === 'exposed' && cell.last_at ? `last ${dateWords(cell.last_at)}` : '';
}

/** What stands between a person and a client, and until when, in one sentence. `named` says what an id is called. */
export function cellSays(cell: Cell, named: (id: string) => string): string {
  const last = cell.last_at ? ` Last sent on ${dateWords(cell.last_at)} or before.` : '';
  if (cell.state === 'open')
    return `Nothing stands between, and nothing was sent yet.${cell.why === 'waived' ? ' A conflict was set aside.' : ''}`;
  if (cell.state === 'exposed') {
    const by = cell.why === 'waived' ? ' A conflict was set aside for this person.' : '';
    return `May be sent more.${by}${last}`;
  }
  const rival = cell.rival ? `: ${named(cell.rival)}` : '';
  const until = cell.opens_at
    ? ` Opens on ${dateWords(cell.opens_at)} if nothing more happens.`
    : ' Time alone does not open it.';
  return `${why[cell.why] ?? cell.why}${rival}.${until}${last}`;
}

export const requestWords: Record<RequestKind, { word: string; does: string }> = {
  waiver: { word: 'Waiver', does: 'sets a conflict aside for one person' },
  break_glass: { word: 'Broken glass', does: 'lets an operator in without a grant, for hours' },
  budget: { word: 'Larger budget', does: 'lets an account read so many items more' },
  end_conflict: { word: 'End of a conflict', does: 'ends a conflict between organisations' },
  lift_wall: { word: 'Lift a wall', does: 'lifts a wall that was ordered' },
  close_gap: { word: 'After a restore', does: 'says that what was lost is entered again' },
  contest: { word: 'Contest', does: 'answers somebody to whom something is closed' },
};

export const stateWords: Record<CustodyRequest['state'], { word: string; tone: Tone }> = {
  open: { word: 'Waits', tone: 'warn' },
  approved: { word: 'Approved', tone: 'good' },
  refused: { word: 'Refused', tone: 'bad' },
};
/** A contest is neither approved nor refused to whoever made it: it was heard. */
export const verdictOf = (one: Pick<CustodyRequest, 'kind' | 'state'>): { word: string; tone: Tone } =>
  one.kind === 'contest' && one.state !== 'open'
    ? one.state === 'approved'
      ? { word: 'Upheld', tone: 'good' }
      : { word: 'It stays', tone: 'plain' }
    : stateWords[one.state];

/** What a request asks for, in one line. */
export function requestSays(
  one: Pick<CustodyRequest, 'kind' | 'person' | 'client' | 'other' | 'amount' | 'until'>,
  named: (id: string) => string,
): string {
  const whom = one.person ?? 'somebody';
  const until = one.until ? ` until ${dateWords(one.until)}` : '';
  switch (one.kind) {
    case 'waiver': {
      const sides = [one.client, one.other].map((id) => (id ? named(id) : 'a rival'));
      return `Set the conflict of ${sides.join(' and ')} aside for ${whom}${until}`;
    }
    case 'break_glass':
      return `Let ${whom} into ${one.client ? named(one.client) : 'the client'} without a grant${until}`;
    case 'budget':
      return `Let ${whom} read ${count(one.amount ?? 0, 'item')} more${until}`;
    case 'end_conflict':
      return `End ${one.other ? named(one.other) : 'a conflict'}`;
    case 'lift_wall':
      return `Lift the wall around ${one.client ? named(one.client) : 'the client'}`;
    case 'close_gap':
      return one.client
        ? `Confirm that what ${named(one.client)} lost was looked at and entered again`
        : 'Confirm who the members are, and that erasures, conflicts and ties were entered again';
    default:
      return `That something is closed to ${whom}`;
  }
}

/** A conflict toward one of the clients that it concerns: with whom is not said. */
export function ownConflictSays(one: Pick<OwnConflict, 'kind' | 'named'>): string {
  if (one.kind === 'class')
    return one.named
      ? 'With everybody of a class that this client is in.'
      : 'Another organisation is in its class.';
  return one.kind === 'share'
    ? 'A holding: its owner’s conflicts count as its own.'
    : 'With another organisation.';
}

type Days = { day: string; sent: number }[];

/** A line for each client over the last 90 days; days without an entry are none. */
export function exposureSeries(clients: { name: string; days: Days }[], today: number): Series[] {
  const known = clients.filter((one) => one.days.length > 0);
  return known.map(({ name, days }) => {
    const at = new Map(days.map((one) => [dayNumber(one.day), one.sent]));
    const points = Array.from({ length: 91 }, (_, i) => ({
      x: today - 90 + i,
      y: at.get(today - 90 + i) ?? 0,
    }));
    return { name, points };
  });
}

/** What to see in it. */
export function exposureSays(clients: { name: string; days: Days }[]): string {
  const all = clients.flatMap(({ name, days }) => days.map((one) => ({ ...one, name })));
  const most = all.reduce<(typeof all)[number] | null>((a, b) => (a && a.sent >= b.sent ? a : b), null);
  if (!most) return 'Nothing was sent to this person in the last 90 days.';
  const total = all.reduce((sum, one) => sum + one.sent, 0);
  return `${count(total, 'time')} in 90 days something was sent; most on ${dayWords(dayNumber(most.day))}, ${most.sent.toLocaleString('en')} of ${most.name}.`;
}

/** How full a budget is: a share from 0, over 1 when it was made smaller since. */
export const fill = ({ taken, max }: { taken: number; max: number }): number => (max === 0 ? 1 : taken / max);

/** Why something of one's own is closed, without naming whom. */
export const closedWords: Record<string, string> = {
  ordered: 'Somebody who keeps a client’s data ordered that you are sent no more of it.',
  exposure: 'You were sent the data of an organisation that competes with it. It may open again with time.',
  interest: 'A tie that was declared about you is to an organisation that competes with it.',
  leaving: 'A last day is recorded for you: no client is opened to you that was not before.',
  left: 'Your last day has come.',
  clock: 'The server’s clock is not to be trusted now; nothing is sent to anybody.',
};
