import { expect, test } from 'vitest';
import type { Release } from '../../api/types.ts';
import { stepsOf, usualFormats } from './words.ts';

const release = (more: Partial<Release>): Release =>
  ({
    state: 'built',
    ordered_at: 'a',
    built_at: 'b',
    delivered_at: null,
    approvals: [],
    approvals_needed: 2,
    ...more,
  }) as Release;
const said = (more: Partial<Release>) => stepsOf(release(more)).map((one) => `${one.word} ${one.state}`);

test('the steps say where a release stands and what is needed next', () => {
  expect(said({ state: 'building', built_at: null })).toEqual([
    'Ordered done',
    'Built now',
    'Approved by 0 of 2 later',
    'Delivered later',
  ]);
  expect(said({ approvals: [{ member: 'm', at: 'c' }] })).toEqual([
    'Ordered done',
    'Built done',
    'Approved by 1 of 2 now',
    'Delivered later',
  ]);
  expect(said({ state: 'approved' })).toEqual([
    'Ordered done',
    'Built done',
    'Approved done',
    'Delivered now',
  ]);
  expect(said({ state: 'delivered', delivered_at: 'd' }).at(-1)).toBe('Delivered done');
});

test('what a template is made for is chosen at first', () => {
  expect(usualFormats({ export: { trl: 'preference' } })).toEqual(['full', 'trl_preference']);
  expect(usualFormats({ export: { trl: 'stepwise_supervision' } })).toEqual(['full']);
  expect(usualFormats({})).toEqual(['full']);
  expect(usualFormats(undefined)).toEqual(['full']);
});
