import { describe, expect, test } from 'vitest';
import { scalarLength, splitsPair, tidy, toScalar, toUtf16, toUtf16Many } from './offsets.ts';

const samples = {
  plain: 'No aneurysm seen.',
  emoji: 'a👩🏽‍⚕️b🫀c',
  cjk: '患者は𠮷野家で倒れた。',
  combining: 'e\u0301tude na\u0308ive \u0928\u093f',
  mixed: '🫀é𠮷 = 𝛽₀ + 𝛽₁x\r\n👍',
  empty: '',
};

/** The slow, obvious way. */
const slowScalar = (text: string, at: number) => [...text.slice(0, at)].length;

describe.each(Object.entries(samples))('%s', (_, text) => {
  test('every boundary agrees with the slow way and comes back', () => {
    for (let at = 0; at <= text.length; at++) {
      if (splitsPair(text, at)) continue;
      expect(toScalar(text, at)).toBe(slowScalar(text, at));
      expect(toUtf16(text, toScalar(text, at))).toBe(at);
    }
  });

  test('a slice by scalar values is the slice by UTF-16', () => {
    const scalars = [...text];
    for (let start = 0; start <= scalars.length; start++)
      for (let end = start; end <= scalars.length; end++)
        expect(text.slice(toUtf16(text, start), toUtf16(text, end))).toBe(scalars.slice(start, end).join(''));
  });

  test('many at once are the same as one by one, in any order', () => {
    const all = Array.from({ length: scalarLength(text) + 3 }, (_, i) => i).reverse();
    expect(toUtf16Many(text, all)).toEqual(all.map((p) => toUtf16(text, p)));
  });
});

test('a position inside a pair counts as its start', () => {
  expect(toScalar('a🫀b', 2)).toBe(1);
  expect(toScalar('a🫀b', 3)).toBe(2);
});

test('a lone surrogate is one value and loses nothing', () => {
  expect(scalarLength('a\ud83eb')).toBe(3);
  expect(toUtf16('a\ud83eb', 2)).toBe(2);
});

test('a selection sheds blanks and takes whole pairs', () => {
  expect(tidy(' two words ', 0, 11)).toEqual({ start: 1, end: 10 });
  expect(tidy('x🫀y', 2, 2)).toEqual({ start: 1, end: 3 });
  expect(tidy('x🫀y', 3, 2)).toEqual({ start: 1, end: 3 });
  expect(tidy('a   b', 1, 4)).toBeNull();
});
