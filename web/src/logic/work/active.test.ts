import { expect, test } from 'vitest';
import { ActiveMeter, graceMs, idleAfterMs } from './active.ts';

test('time between signs of life counts, asking does not change it', () => {
  const meter = new ActiveMeter(0);
  meter.sign(10_000);
  expect(meter.total(20_000)).toBe(20_000);
  expect(meter.total(20_000)).toBe(20_000);
  meter.sign(30_000);
  expect(meter.total(30_000)).toBe(30_000);
});

test('a lunch does not count beyond the grace', () => {
  const meter = new ActiveMeter(0);
  meter.sign(1000);
  meter.sign(3_600_000);
  expect(meter.total(3_600_000)).toBe(1000 + graceMs);
});

test('a page out of view counts nothing, whatever happens', () => {
  const meter = new ActiveMeter(0);
  meter.view(false, 5000);
  meter.sign(20_000);
  expect(meter.total(60_000)).toBe(5000);
  meter.view(true, 100_000);
  expect(meter.total(110_000)).toBe(15_000);
});

test('what a draft had counted goes on', () => {
  expect(new ActiveMeter(0, { already: 42_000 }).total(1000)).toBe(43_000);
});

test('idle after three minutes without a sign, and out of view', () => {
  const meter = new ActiveMeter(0);
  expect(meter.idle(idleAfterMs - 1)).toBe(false);
  expect(meter.idle(idleAfterMs)).toBe(true);
  meter.sign(idleAfterMs);
  expect(meter.idle(idleAfterMs + 1)).toBe(false);
  meter.view(false, idleAfterMs + 2);
  expect(meter.idle(idleAfterMs + 3)).toBe(true);
});
