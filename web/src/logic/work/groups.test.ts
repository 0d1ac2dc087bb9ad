import { expect, test } from 'vitest';
import { inGroups } from './groups.ts';

test('rows go together by their key, in pieces that are small enough', () => {
  const rows = [3, 1, 3, 3, 1, 3];
  expect(inGroups(rows, (n) => n, 3)).toEqual([
    [3, [3, 3, 3]],
    [3, [3]],
    [1, [1, 1]],
  ]);
  expect(inGroups([], (n) => n, 3)).toEqual([]);
});
