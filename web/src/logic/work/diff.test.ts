import { expect, test } from 'vitest';
import { differences, type Piece } from './diff.ts';

const text = (pieces: Piece[]) => pieces.map((p) => p.text).join('');
const changed = (pieces: Piece[]) => pieces.filter((p) => p.changed).map((p) => p.text);
const same = (pieces: Piece[]) =>
  pieces
    .filter((p) => !p.changed)
    .map((p) => p.text)
    .join('');

test('a changed word is marked on both sides and nothing else', () => {
  const found = differences('Give 5 mg daily, with food.', 'Give 10 mg daily, with food.');
  expect(changed(found.one)).toEqual(['5']);
  expect(changed(found.two)).toEqual(['10']);
});

test('equal texts have no differences, empty ones neither', () => {
  expect(changed(differences('a b', 'a b').one)).toEqual([]);
  expect(differences('', '')).toEqual({ one: [], two: [] });
  expect(changed(differences('', 'new words').two)).toEqual(['new words']);
});

/** Length of the longest common subsequence, the slow way. */
function lcs(a: string[], b: string[]): number {
  const row = new Array<number>(b.length + 1).fill(0);
  for (const x of a) {
    let corner = 0;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j] as number;
      row[j] = x === b[j - 1] ? corner + 1 : Math.max(above, row[j - 1] as number);
      corner = above;
    }
  }
  return row[b.length] as number;
}

test('the pieces join to the texts, what is shared is the same, and it is as much as there can be', () => {
  let seed = 7;
  const random = (n: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  for (let round = 0; round < 300; round++) {
    const make = () => Array.from({ length: random(14) }, () => 'abc'[random(3)] as string);
    const [a, b] = [make(), make()];
    const found = differences(a.join('.'), b.join('.'), 0);
    expect(text(found.one)).toBe(a.join('.'));
    expect(text(found.two)).toBe(b.join('.'));
    expect(same(found.one)).toBe(same(found.two));
    const split = (words: string[]) => words.join('.').split('');
    expect(same(found.one).length).toBe(lcs(split(a), split(b)));
  }
});

test('two long texts with nothing in common end in good time', () => {
  const one = Array.from({ length: 8000 }, (_, i) => `a${i}`).join(' ');
  const two = Array.from({ length: 8000 }, (_, i) => `b${i}`).join(' ');
  const before = performance.now();
  expect(text(differences(one, two).two)).toBe(two);
  expect(performance.now() - before).toBeLessThan(4000);
});

test('a word shared by coincidence between two differences is not left standing', () => {
  const found = differences('give it with food every day', 'take five tablets with water each morning');
  expect(changed(found.one)).toEqual(['give it with food every day']);
  const long = differences('start low and then go on slowly', 'begin low and then carry on');
  expect(same(long.one)).toContain('low and then');
  expect(same(long.one)).toBe(same(long.two));
});
