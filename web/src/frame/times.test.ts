import { expect, test } from 'vitest';
import { ago, dayAndTime, dayNamed, duration } from './times.ts';

const now = Date.parse('2026-03-02T12:00:00Z');

test('how long ago is said in the coarsest unit that tells', () => {
  expect(ago('2026-03-02T11:59:30Z', now)).toBe('just now');
  expect(ago('2026-03-02T11:56:00Z', now)).toBe('4 min ago');
  expect(ago('2026-03-02T09:00:00Z', now)).toBe('3 h ago');
  expect(ago('2026-03-01T11:00:00Z', now)).toBe('yesterday');
  expect(ago('2026-02-27T11:00:00Z', now)).toBe('3 days ago');
  expect(ago('2026-01-30T12:00:00Z', now)).toBe('31 days ago');
  expect(ago('2026-01-20T12:00:00Z', now)).toMatch(/20/);
  expect(ago('2025-01-20T12:00:00Z', now)).toMatch(/2025/);
  expect(ago('no time', now)).toBe('');
});

test('a length of time carries its unit', () => {
  expect(duration(48_400)).toBe('48 s');
  expect(duration(12 * 60_000)).toBe('12 min');
  expect(duration(3 * 3_600_000 + 5 * 60_000)).toBe('3 h 05 min');
  expect(duration(-5)).toBe('0 s');
});

test('a moment of another year carries it', () => {
  expect(dayAndTime('2026-02-27T11:00:00Z', now)).not.toContain('2026');
  expect(dayAndTime('2025-05-18T12:09:00Z', now)).toContain('2025');
});

test('a day that was named is that day in every zone', () => {
  const before = process.env.TZ;
  for (const zone of ['America/Los_Angeles', 'UTC', 'Pacific/Auckland']) {
    process.env.TZ = zone;
    expect(dayNamed('2025-05-01T00:00:00Z')).toMatch(/\b1\b/);
  }
  if (before === undefined) delete process.env.TZ;
  else process.env.TZ = before;
});
