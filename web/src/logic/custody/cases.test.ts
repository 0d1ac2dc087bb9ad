import { expect, test } from 'vitest';
import {
  beyond,
  byRuleAlone,
  dayNumber,
  marksOf,
  partName,
  plotSays,
  scaleOf,
  scoreWords,
  seriesOf,
  sourceWords,
} from './cases.ts';

const days = [
  { day: '2026-01-04', items: 2, peers_low: 0, peers_high: 3 },
  { day: '2026-01-05', items: 400, peers_low: 0, peers_high: 5 },
];

test('a day is a number and the peers are a band beside the line', () => {
  expect(dayNumber('1970-01-02')).toBe(1);
  const [own, peers] = seriesOf(days);
  expect(own?.points.map((p) => p.y)).toEqual([2, 400]);
  expect(peers?.points[1]).toEqual({ x: dayNumber('2026-01-05'), y: null, low: 0, high: 5 });
});

test('without peers there is no band, and the sentence says so', () => {
  const alone = days.map(({ day, items }) => ({ day, items, peers_low: null, peers_high: null }));
  expect(seriesOf(alone)).toHaveLength(1);
  expect(plotSays(alone)).toContain('no peers');
});

test('the sentence names the day that stands out', () => {
  expect(plotSays(days)).toMatch(/400 items/);
  expect(plotSays(days.map((one) => ({ ...one, items: 0 })))).toContain('Nothing');
});

test('a score is said against what opens a case, never as odds', () => {
  expect(scoreWords(4.78, 4.75)).toContain('just what opens a case');
  expect(scoreWords(5.7, 4.8)).toBe('0.9 beyond 4.8, where a case opens');
});

test('one great day does not press the others flat', () => {
  expect(scaleOf(days)).toBe('even');
  expect(
    scaleOf([...Array<{ day: string; items: number }>(20).fill({ day: '2026-01-01', items: 2 }), days[1]!]),
  ).toBe('tenfold');
});

test('parts have names', () => {
  expect(partName('volume')).toBe('More than usual');
  expect(partName('new_part')).toBe('new_part');
});

test('own past is a band around the line', () => {
  const [own] = seriesOf([{ day: '2026-01-05', items: 9, own_low: 0, own_high: 4 }]);
  expect(own?.points[0]).toEqual({ x: dayNumber('2026-01-05'), y: 9, low: 0, high: 4 });
});

test('facts of one day are one flag, and those outside the days are told apart', () => {
  const facts = [
    { day: '2026-01-05', words: 'notice was given' },
    { day: '2025-01-05', words: 'joined' },
    { day: '2026-01-05', words: 'a case was opened' },
  ];
  expect(marksOf(facts).map((mark) => mark.words)).toEqual(['joined', 'notice was given; a case was opened']);
  expect(beyond(facts, days).map((fact) => fact.words)).toEqual(['joined']);
});

test('a case says where it is from, and an outside one speaks of taking', () => {
  expect([sourceWords(null), sourceWords('m365, wiki'), sourceWords('')]).toEqual([
    'this server',
    'Microsoft 365, wiki',
    'an outside log',
  ]);
  expect(plotSays(days, true)).toMatch(
    /^Most was taken on .*: 400 items\..* the others took 5 or fewer that day\.$/,
  );
  expect(plotSays([], true)).toBe('Nothing was taken by this person in these days.');
  expect([byRuleAlone({ score: 0, rules: 1 }), byRuleAlone({ score: 5, rules: 1 })]).toEqual([true, false]);
});
