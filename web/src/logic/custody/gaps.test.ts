import { expect, test } from 'vitest';
import { idsOf, kindsOf, lostWords } from './gaps.ts';

test('each kind of what was lost has words and a place to enter it', () => {
  const kinds = kindsOf({ ledger: 'c1', to_enter: ['exposures', 'walls', 'grants', 'holds', 'terms'] });
  expect(kinds.map((one) => one.href)).toEqual([
    '/clients/c1/walls',
    '/clients/c1/walls',
    '/clients/c1',
    '/clients/c1',
    '/clients/c1/walls',
  ]);
  const own = kindsOf({
    ledger: 'installation',
    to_enter: ['members', 'erasures', 'conflicts', 'ties', 'budgets'],
  });
  expect(own.every((one) => one.says !== one.kind && !one.href.startsWith('/clients'))).toBe(true);
});

test('how much is gone is said in words, also where it is not known', () => {
  expect(lostWords(1)).toBe('1 entry is gone');
  expect(lostWords(9)).toBe('9 entries are gone');
  expect(lostWords(null)).toBe('An unknown number of entries is gone');
});

test('accounts are typed with whatever between them', () => {
  expect(idsOf(' a\nb, c;a\n')).toEqual(['a', 'b', 'c']);
  expect(idsOf(' \n')).toEqual([]);
});
