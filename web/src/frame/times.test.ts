import { expect, test } from 'vitest';
import { ago, duration } from './times.ts';

const now = Date.parse('2026-03-02T12:00:00Z');

test('how long ago is said in the coarsest unit that tells', () => {
  expect(ago('2026-03-02T11:59:30Z', now)).toBe('just now');
  expect(ago('2026-03-02T11:56:00Z', now)).toBe('4 min ago');
  expect(ago('2026-03-02T09:00:00Z', now)).toBe('3 h ago');
  expect(ago('2026-03-01T11:00:00Z', now)).toBe('yesterday');
  expect(ago('2026-02-27T11:00:00Z', now)).toBe('3 days ago');
  expect(ago('no time', now)).toBe('');
});

test('a length of time carries its unit', () => {
  expect(duration(48_400)).toBe('48 s');
  expect(duration(12 * 60_000)).toBe('12 min');
  expect(duration(3 * 3_600_000 + 5 * 60_000)).toBe('3 h 05 min');
  expect(duration(-5)).toBe('0 s');
});
