import { expect, test } from 'vitest';
import { bytes, count, hoursRange, percent } from './figures.ts';

test('counts and sizes carry their unit', () => {
  expect(count(1, 'task')).toBe('1 task');
  expect(count(1204, 'task')).toBe('1,204 tasks');
  expect(bytes(481)).toBe('481 bytes');
  expect(bytes(1200)).toBe('1.2 kB');
  expect(bytes(34_600_000)).toBe('35 MB');
  expect(bytes(999_999)).toBe('1.0 MB');
});

test('a share that is neither none nor all never reads as one of them', () => {
  expect(percent(0)).toBe('0 %');
  expect(percent(0.002)).toBe('under 1 %');
  expect(percent(0.999)).toBe('over 99 %');
  expect(percent(1)).toBe('100 %');
  expect(percent(0.716)).toBe('72 %');
});

test('hours are a range in the coarsest unit that tells', () => {
  expect(hoursRange(3.2, 5.1)).toBe('3 to 6 h');
  expect(hoursRange(0.2, 0.8)).toBe('about 1 h');
  expect(hoursRange(0.2, 4)).toBe('up to 4 h');
  expect(hoursRange(50, 90)).toBe('2 to 4 days');
  expect(hoursRange(50, null)).toBe('2 days or more');
});
