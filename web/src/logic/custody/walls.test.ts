import { expect, test } from 'vitest';
import type { Cell } from '../../api/types.ts';
import {
  cellSays,
  cellWhen,
  cellWord,
  dateWords,
  exposureSays,
  exposureSeries,
  fill,
  requestSays,
  unknownWords,
  verdictOf,
} from './walls.ts';

const cell = (of: Partial<Cell>): Cell => ({ state: 'open', why: 'no_conflict', ...of });
const named = (id: string) => ({ a: 'HERON', b: 'LARK' })[id] ?? id;

test('what a log lost is said by time and number', () => {
  const lost = { after: '2026-07-05T10:00:00Z', until: '2026-07-06T10:00:00Z', entries: 9 };
  const from = `from ${dateWords(lost.after)} to ${dateWords(lost.until)}`;
  expect(unknownWords(lost)).toContain(`${from} 9 entries of the log are lost`);
  expect(unknownWords({ ...lost, entries: null })).toContain('not known how many');
  expect(unknownWords({ ...lost, after: null, entries: 1 })).toContain(
    `before ${dateWords(lost.until)} 1 entry of the log is lost`,
  );
});

test('a cell says what stands between, whose it is, and until when', () => {
  expect(cellWord(cell({}))).toBe('Open');
  const walled = cell({
    state: 'walled',
    why: 'exposure',
    rival: 'a',
    last_at: null,
    opens_at: '2026-07-05T10:00:00Z',
  });
  expect(cellWord(walled)).toBe('Walled by exposure');
  expect(cellWhen(walled)).toBe(`until ${dateWords('2026-07-05T10:00:00Z')}`);
  expect(cellWhen({ ...walled, opens_at: null })).toBe('no end by time');
  expect(cellWhen(cell({}))).toBe('');
  expect(cellSays(walled, named)).toBe(
    `Was sent a rival’s content: HERON. Opens on ${dateWords('2026-07-05T10:00:00Z')} if nothing more happens.`,
  );
  expect(cellSays({ ...walled, why: 'ordered', rival: null, opens_at: null }, named)).toBe(
    'A wall was ordered. Time alone does not open it.',
  );
  expect(cellSays(cell({ state: 'exposed', last_at: '2026-01-02T00:00:00Z' }), named)).toBe(
    `May be sent more. Last sent on ${dateWords('2026-01-02T00:00:00Z')} or before.`,
  );
});

test('a request names its sides only as far as the reader may know them', () => {
  const waiver = { kind: 'waiver' as const, person: 'p-1', client: null, other: 'b', until: null };
  expect(requestSays(waiver, named)).toBe('Set the conflict of a rival and LARK aside for p-1');
  expect(requestSays({ ...waiver, client: 'a', other: null }, named)).toBe(
    'Set the conflict of HERON and a rival aside for p-1',
  );
  const budget = { kind: 'budget' as const, person: 'Ann', amount: 1, until: '2026-02-03T00:00:00Z' };
  expect(requestSays(budget, named)).toBe(
    `Let Ann read 1 item more until ${dateWords('2026-02-03T00:00:00Z')}`,
  );
});

test('a contest ends in words, not in an approval', () => {
  expect(verdictOf({ kind: 'contest', state: 'refused' }).word).toBe('It stays');
  expect(verdictOf({ kind: 'budget', state: 'refused' }).word).toBe('Refused');
});

test('exposure over time has a point for every day and names the largest', () => {
  const clients = [
    { name: 'HERON', days: [{ day: '1970-03-01', sent: 4 }] },
    { name: 'LARK', days: [] },
  ];
  const series = exposureSeries(clients, 90);
  expect(series.map((one) => one.name)).toEqual(['HERON']);
  expect(series[0]?.points).toHaveLength(91);
  expect(series[0]?.points[59]).toEqual({ x: 59, y: 4 });
  expect(exposureSays(clients)).toContain('4 times in 90 days');
  expect(exposureSays([])).toBe('Nothing was sent to this person in the last 90 days.');
});

test('a budget of nothing is full', () => {
  expect(fill({ taken: 0, max: 0 })).toBe(1);
  expect(fill({ taken: 5, max: 20 })).toBe(0.25);
});
