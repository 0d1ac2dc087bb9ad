import { expect, test } from 'vitest';
import { toggled, total } from './rubric.ts';

const criteria = [
  { id: 'a', content: '', points: 5 },
  { id: 'b', content: '', points: 3 },
  { id: 'c', content: '', points: -4 },
];

test('met points over the positive ones; harm takes away', () => {
  const t = total(criteria, { a: { met: true }, b: { met: false }, c: { met: true } });
  expect(t).toMatchObject({ got: 1, most: 8, percent: 12.5, judged: 3, says: '1 of 8 points' });
});

test('below nothing there is nothing', () => {
  expect(total(criteria, { c: { met: true } }).percent).toBe(0);
});

test('what is open or cannot be told is said', () => {
  const t = total(criteria, { a: { met: true }, b: { met: null } });
  expect(t.says).toBe('5 of 8 points; 1 of 3 not judged yet; 1 cannot be told, counted as not met');
});

test('without points each counts one; without positive points there is no share', () => {
  expect(total([{ id: 'x', content: '' }], { x: { met: true } }).percent).toBe(100);
  expect(total([{ id: 'x', content: '', points: -1 }], { x: { met: true } }).percent).toBeNull();
  expect(total(criteria, {}).percent).toBeNull();
});

test('partial points are taken as given', () => {
  expect(total(criteria, { a: { met: true, points: 2.5 } }).got).toBe(2.5);
});

test('the same key again takes the verdict back, another keeps the reason', () => {
  expect(toggled({ met: true, rationale: 'r' }, true)).toBeUndefined();
  expect(toggled({ met: true, rationale: 'r' }, false)).toEqual({ met: false, rationale: 'r' });
  expect(toggled({ met: null }, null)).toBeUndefined();
  expect(toggled(undefined, null)).toEqual({ met: null });
});
