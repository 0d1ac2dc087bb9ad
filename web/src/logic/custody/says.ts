// What an entry says, in words.

import type { LogEntry, Part } from '../../api/ledger.ts';

export type Said = { act: string; at: string; what: string; who: string; route: string };

/** The object of a part; empty where it is erased or none. */
export function opened(part: Part): Record<string, unknown> {
  try {
    const value: unknown = part ? JSON.parse(part.text) : {};
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const plain = (value: unknown): string =>
  typeof value === 'string' ? value : value === null || value === undefined ? '' : JSON.stringify(value);

/** The first of an id: enough to tell two in one list apart. */
export const brief = (id: string): string =>
  /^([pm]-)?[0-9a-f-]{16,}$/.test(id) ? id.replace(/^((?:[pm]-)?[0-9a-f]{8}).*/, '$1…') : id;

/** An act in words: `Release file sent` for `release.file_sent`. */
export function actWords(act: string): string {
  const words = act.replaceAll(/[._]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const fields: Record<string, string> = {
  act: 'Act',
  at_us: 'When',
  route: 'Request',
  rule: 'Let through as',
  door: 'Signed in by',
  from: 'From entry',
  limit: 'Entries at most',
  size: 'Size in bytes',
};
/** A field of a part, and what it holds, as somebody reads them; `whole` is what was recorded. */
export type Field = { name: string; words: string; whole: string };

/** What projects are called, by id, as far as the reader was told. */
export type Names = ReadonlyMap<string, string>;
const nobody: Names = new Map();

/** The fields of a part in words. `moment` says a moment in the reader's zone. */
export function readable(part: Part, moment: (at: string) => string, names = nobody): Field[] {
  return Object.entries(opened(part)).map(([name, value]) => {
    const whole = plain(value);
    const us = name.endsWith('_us') && typeof value === 'number' ? value : null;
    const label = fields[name] ?? actWords(name.replace(/_us$/, ''));
    if (us !== null) return { name: label, words: moment(new Date(us / 1000).toISOString()), whole };
    if (name === 'project' && names.has(whole)) return { name: label, words: names.get(whole) ?? '', whole };
    if (name === 'act') return { name: label, words: actWords(whole), whole };
    return { name: label, words: whole.split(':').map(brief).join(' '), whole };
  });
}

/** The groups by which a log is searched, in the order in which they are asked for. */
export const groups: { value: string; label: string }[] = [
  { value: '', label: 'All entries' },
  { value: 'content', label: 'Content sent' },
  { value: 'work', label: 'Answers, reviews, quality' },
  { value: 'projects', label: 'Projects and imports' },
  { value: 'people', label: 'People and access' },
  { value: 'walls', label: 'Walls and requests' },
  { value: 'cases', label: 'Cases and detection' },
  { value: 'releases', label: 'Releases and leaving' },
  { value: 'keeping', label: 'Keys, holds, backups' },
  { value: 'log', label: 'Reading of the log' },
];

/** The project an entry is about; null where it names none. */
export function projectOf(entry: LogEntry): string | null {
  const { project } = opened(entry.object);
  return typeof project === 'string' ? project : null;
}

const nouns = [
  'task',
  'annotation',
  'assignment',
  'release',
  'guideline',
  'agreement',
  'project',
  'grant',
  'hold',
];

/** Whether all that an entry says is kept from this reader. Of who was erased only the person is gone. */
export const isWithheld = (entry: LogEntry): boolean => !entry.act && !entry.object && !entry.person;

/** What a list was of: the last of its address that is no id. */
const listed = (route: string): string =>
  route
    .split('/')
    .filter((piece) => piece !== '' && !piece.startsWith('{'))
    .at(-1) ?? '';

export function says(entry: LogEntry, names = nobody): Said {
  const [act, object, person] = [opened(entry.act), opened(entry.object), opened(entry.person)];
  const noun = nouns.find((name) => object[name] !== undefined && object[name] !== null);
  const id = noun ? plain(object[noun]) : '';
  const what = noun
    ? `${noun} ${noun === 'project' && names.has(id) ? `“${names.get(id)}”` : brief(id)}`
    : '';
  const list = act.act === 'list.sent' ? listed(plain(act.route)) : '';
  const us = typeof act.at_us === 'number' ? act.at_us : NaN;
  return {
    act: plain(act.act) || (isWithheld(entry) ? 'not shown to you' : 'erased'),
    at: Number.isFinite(us) ? new Date(us / 1000).toISOString() : '',
    what: [list, what].filter(Boolean).join(', '),
    who:
      plain(person.person) ||
      plain(person.job) ||
      plain(person.door) ||
      (entry.person || isWithheld(entry) ? '' : 'erased'),
    route: plain(act.route),
  };
}
