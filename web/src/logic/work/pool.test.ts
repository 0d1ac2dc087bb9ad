import { expect, test } from 'vitest';
import { poolForm, poolRule, poolWords } from './pool.ts';

test('a rule of plain conditions goes through the form unchanged', () => {
  for (const rule of [
    {},
    { domain: 'law' },
    { all: [{ domain: 'law' }, { language: 'de' }, { credential: 'bar' }, { qualification: 'c1' }] },
  ])
    expect(poolRule(poolForm(rule) as never)).toEqual(rule);
});

test('what a form cannot say is not bent into one', () => {
  expect(poolForm({ any: [{ domain: 'law' }, { domain: 'tax' }] })).toBeNull();
  expect(poolForm({ members: ['x'] })).toBeNull();
  expect(poolForm('law')).toBeNull();
});

test('the rule has words', () => {
  expect(poolWords({})).toBe('every expert');
  expect(poolWords({ all: [{ domain: 'law' }, { credential: 'bar' }] })).toBe(
    'experts in law, with a verified bar',
  );
  expect(poolWords({ qualification: 'c1' })).toBe('experts who passed a course');
  expect(poolWords({ any: [{ domain: 'law' }] })).toBe('by a rule of its own');
});
