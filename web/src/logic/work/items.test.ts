import { expect, test } from 'vitest';
import { askedAbout, inOrder, letter, partsOf } from './items.ts';

const candidates = {
  type: 'candidates' as const,
  items: [
    { id: 'response1', content: 'one' },
    { id: 'response2', content: 'two' },
  ],
};

test('letters go by the place shown, not by the id', () => {
  expect(partsOf(candidates, ['response2', 'response1'])).toEqual([
    { id: 'response2', name: 'A', content: 'two' },
    { id: 'response1', name: 'B', content: 'one' },
  ]);
  expect([0, 25, 26, 27, 701, 702].map(letter)).toEqual(['A', 'Z', 'AA', 'AB', 'ZZ', 'AAA']);
});

test('an order that forgets an item hides nothing', () => {
  const items = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
  expect(inOrder(items, ['c']).map((i) => i.id)).toEqual(['c', 'a', 'b']);
  expect(inOrder(items, undefined).map((i) => i.id)).toEqual(['a', 'b', 'c']);
});

test('a question per candidate is asked about each, in the order shown', () => {
  const question = { name: 'q', type: 'rating' as const, on: 'responses', per: 'candidate' as const };
  const asked = askedAbout(question, { responses: candidates }, { responses: ['response2', 'response1'] });
  expect(asked?.map((part) => part.id)).toEqual(['response2', 'response1']);
  expect(askedAbout({ ...question, per: 'record' }, { responses: candidates }, {})).toBeNull();
});
