import { expect, test } from 'vitest';
import { apart, bandOf, endOf, isWhole, lineOf, rangeOf, ticks, ticksOfSteps } from './plot.ts';

test('ticks are round numbers inside the range', () => {
  expect(ticks({ from: 0, to: 1 })).toEqual([0, 0.5, 1]);
  expect(ticks({ from: 0, to: 40 })).toEqual([0, 10, 20, 30, 40]);
  expect(ticks({ from: 3, to: 3 })).toEqual([3]);
});

test('counts have no tick between two whole numbers', () => {
  const one = {
    name: 'a',
    points: [
      { x: 0, y: 0 },
      { x: 1, y: 1 },
      { x: 2, y: null },
    ],
  };
  expect(isWhole([one])).toBe(true);
  expect(isWhole([{ name: 'b', points: [{ x: 0, y: 1, low: 0.5, high: 2 }] }])).toBe(false);
  expect(ticks({ from: 0, to: 1 }, 3)).toEqual([0, 0.5, 1]);
  expect(ticks({ from: 0, to: 1 }, 3, 1)).toEqual([0, 1]);
  expect(ticks({ from: 0, to: 9 }, 3, 1)).toEqual([0, 5]);
});

test('ticks of steps lie on points, not between them', () => {
  expect(ticksOfSteps({ from: 3, to: 24 }, 7, 4)).toEqual([3, 10, 17, 24]);
  expect(ticksOfSteps({ from: 3, to: 24 }, 7, 2)).toEqual([3, 17]);
  expect(ticksOfSteps({ from: 5, to: 5 }, 7, 4)).toEqual([5]);
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

test('a series is named at its last point, a band in its middle, and names do not lie on each other', () => {
  expect(
    endOf([
      { x: 1, y: 2 },
      { x: 2, y: null },
    ]),
  ).toEqual({ x: 1, y: 2 });
  expect(endOf([{ x: 3, y: null, low: 1, high: 5 }])).toEqual({ x: 3, y: 3 });
  expect(endOf([{ x: 3, y: null }])).toBeNull();
  expect(apart([{ y: 10 }, null, { y: 4 }, { y: 12 }], 16)).toEqual([{ y: 20 }, null, { y: 4 }, { y: 36 }]);
});
