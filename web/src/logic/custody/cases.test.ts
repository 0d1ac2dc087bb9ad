import { expect, test } from 'vitest';
import { dayNumber, partName, plotSays, scoreWords, seriesOf } from './cases.ts';

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

test('a score is said as odds', () => {
  expect(scoreWords(0.2)).toBe('as usual');
  expect(scoreWords(5.7)).toContain('1 usual day in 300');
  expect(partName('volume')).toBe('More than usual');
  expect(partName('new_part')).toBe('new_part');
});
