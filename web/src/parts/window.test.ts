import { expect, test } from 'vitest';
import { windowOf } from './window.ts';

test('only what is in view is drawn, and the height stays that of all rows', () => {
  for (const scrolled of [0, 10, 500, 35_000, 36_000_000]) {
    const seen = windowOf(1_000_000, 36, scrolled, 720);
    expect(seen.to - seen.from).toBeLessThanOrEqual(41);
    expect(seen.beforePx + (seen.to - seen.from) * 36 + seen.afterPx).toBe(36_000_000);
  }
});

test('a short table is drawn whole', () => {
  expect(windowOf(3, 36, 0, 720)).toEqual({ from: 0, to: 3, beforePx: 0, afterPx: 0 });
  expect(windowOf(0, 36, 0, 720)).toEqual({ from: 0, to: 0, beforePx: 0, afterPx: 0 });
});
