import { expect, test } from 'vitest';
import { beatEveryMs, leaseFrom, leftOf } from './lease.ts';

const reply = { lapses_at: '2026-03-02T12:22:00Z', server_now: '2026-03-02T12:00:00Z' };
const lease = leaseFrom(reply, 5000);

test('the reader’s clock plays no part, only the time that passed', () => {
  expect(leftOf(lease, 5000).words).toBe('22 min');
  expect(leftOf(lease, 5000 + 60_000).words).toBe('21 min');
});

test('the last minutes are told to the second and marked', () => {
  const at = (leftMs: number) => leftOf(lease, 5000 + 22 * 60_000 - leftMs);
  expect(at(3 * 60_000)).toMatchObject({ words: '3 min', soon: false });
  expect(at(125_000)).toMatchObject({ words: '2 min 05 s', soon: true, lapsed: false });
  expect(at(9_500).words).toBe('10 s');
  expect(at(0)).toMatchObject({ words: 'lapsed', lapsed: true });
  expect(at(-10_000).ms).toBe(0);
});

test('a lease is renewed several times before it ends, but not all the time', () => {
  expect(beatEveryMs(lease)).toBe(120_000);
  expect(beatEveryMs(leaseFrom({ ...reply, lapses_at: '2026-03-02T12:02:00Z' }, 0))).toBe(30_000);
  expect(beatEveryMs(leaseFrom({ ...reply, lapses_at: '2026-03-02T12:00:10Z' }, 0))).toBe(15_000);
});
