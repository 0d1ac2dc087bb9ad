import { expect, test } from 'vitest';
import { choicesOf, labelKey, pairScale, step } from './choices.ts';

test('a scale of digits keeps its digits; other options are counted', () => {
  const keys = (values: (string | number | boolean)[]) =>
    choicesOf({ name: 'q', type: 'label', options: values.map((value) => ({ value })) }).map((c) => c.key);
  expect(keys([0, 1, 2, 3])).toEqual(['0', '1', '2', '3']);
  expect(keys([5, 4, 3])).toEqual(['5', '4', '3']);
  expect(keys([10, 20])).toEqual(['1', '2']);
  expect(keys([-1, 0, 1])).toEqual(['1', '2', '3']);
  expect(keys(['yes', 'no'])).toEqual(['1', '2']);
  expect(keys(Array.from({ length: 12 }, (_, i) => `o${i}`))).toEqual([...'1234567890', null, null]);
});

test('seven places from the candidate shown first to the one shown second', () => {
  const scale = pairScale(
    { name: 'p', type: 'pairwise', strength: 3, allow_tie: true },
    'response2',
    'response1',
  );
  expect(scale.map((p) => p.key)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  expect(scale[0]?.value).toEqual({ preferred: 'response2', strength: 3 });
  expect(scale[3]?.value).toEqual({ preferred: 'tie' });
  expect(scale[6]?.value).toEqual({ preferred: 'response1', strength: 3 });
  expect(scale.map((p) => p.words)).toEqual([
    'much',
    'clearly',
    'slightly',
    'same',
    'slightly',
    'clearly',
    'much',
  ]);
});

test('without strength there is only which, and a tie where allowed', () => {
  const values = (allow_tie: boolean) =>
    pairScale({ name: 'p', type: 'pairwise', allow_tie }, 'a', 'b').map((p) => p.value);
  expect(values(true)).toEqual([{ preferred: 'a' }, { preferred: 'tie' }, { preferred: 'b' }]);
  expect(values(false)).toEqual([{ preferred: 'a' }, { preferred: 'b' }]);
});

test('arrows go round, and start at an end when nothing is chosen', () => {
  expect(step(3, -1, 1)).toBe(0);
  expect(step(3, -1, -1)).toBe(2);
  expect(step(3, 2, 1)).toBe(0);
  expect(step(0, -1, 1)).toBe(-1);
  expect([labelKey(0), labelKey(25), labelKey(26)]).toEqual(['a', 'z', '']);
});
