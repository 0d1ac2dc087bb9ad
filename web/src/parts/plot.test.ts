import { expect, test } from 'vitest';
import { bandOf, lineOf, rangeOf, ticks } from './plot.ts';

test('ticks are round numbers inside the range', () => {
  expect(ticks({ from: 0, to: 1 })).toEqual([0, 0.5, 1]);
  expect(ticks({ from: 0, to: 40 })).toEqual([0, 10, 20, 30, 40]);
  expect(ticks({ from: 3, to: 3 })).toEqual([3]);
});

test('a range holds the intervals too, and is never empty', () => {
  const series = [{ name: 'a', points: [{ x: 1, y: 0.5, low: 0.2, high: 0.9 }] }];
  expect(rangeOf(series, 'y')).toEqual({ from: 0.2, to: 0.9 });
  expect(rangeOf(series, 'x')).toEqual({ from: 0.5, to: 1.5 });
  expect(rangeOf([], 'y')).toEqual({ from: 0, to: 1 });
});

test('what is not known is a gap, not a zero', () => {
  const points = [
    { x: 0, y: 0 },
    { x: 1, y: null },
    { x: 2, y: 1 },
  ];
  expect(lineOf(points, { from: 0, to: 2 }, { from: 0, to: 1 }, 100, 10)).toBe('M0.0 10.0M100.0 0.0');
  expect(bandOf(points, { from: 0, to: 2 }, { from: 0, to: 1 }, 100, 10)).toBe('');
});
