import { expect, test } from 'vitest';
import { caretRange, moveCaret, wordAt, wordsOf } from './words.ts';

const text = 'The patient, 62, denies chest pain 🫀.';
const words = wordsOf(text);
const said = words.map((w) => text.slice(w.start, w.end));

test('words and lone marks, no blanks', () => {
  expect(said).toEqual(['The', 'patient', ',', '62', ',', 'denies', 'chest', 'pain', '🫀', '.']);
});

test('text without blanks between words is still moved through word by word', () => {
  expect(wordsOf('患者は倒れた').length).toBeGreaterThan(1);
});

test('the word at a place, or the next', () => {
  expect(wordAt(words, 0)).toBe(0);
  expect(wordAt(words, 3)).toBe(1);
  expect(wordAt(words, text.length)).toBe(words.length - 1);
  expect(wordAt([], 0)).toBe(-1);
});

test('shift keeps the anchor, without shift the caret collapses', () => {
  let caret = { anchor: 5, head: 5 };
  caret = moveCaret(caret, 1, true, words.length);
  caret = moveCaret(caret, 1, true, words.length);
  const range = caretRange(words, caret);
  expect(range && text.slice(range.start, range.end)).toBe('denies chest pain');
  expect(moveCaret(caret, -1, false, words.length)).toEqual({ anchor: 6, head: 6 });
  expect(moveCaret({ anchor: 0, head: 0 }, -1, true, words.length)).toEqual({ anchor: 0, head: 0 });
});
