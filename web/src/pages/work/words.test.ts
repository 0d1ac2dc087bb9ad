import { expect, test } from 'vitest';
import { agreedWords, rangeWords } from './words.project.ts';
import { saveState } from './words.ts';

const now = 1_000_000;
const at = (more: object) =>
  saveState({ keptAtMs: null, savedAtMs: null, failed: null, touched: true, ...more }, now).words;

test('on this device and saved are two states', () => {
  expect(at({})).toBe('Saving');
  expect(at({ touched: false })).toBe('Nothing to save yet');
  expect(at({ keptAtMs: now })).toBe('Saved on this device');
  expect(at({ keptAtMs: now, savedAtMs: now - 2000 })).toBe('Saved 2 s ago');
  expect(at({ savedAtMs: now - 5 * 60_000 })).toBe('Saved 5 min ago');
});

test('a failing connection does not claim what it did not do', () => {
  expect(at({ keptAtMs: now, failed: 'x' })).toBe('Saved on this device only');
  expect(at({ failed: 'x' })).toBe('Not saved yet');
});

test('how many said so is told where somebody did', () => {
  const one = { method: 'majority_vote', of: 3, one_of: [], count: 2, share: 0.67, value: 'yes' };
  expect(agreedWords(one)).toBe('2 of 3 said so; majority vote');
  expect(agreedWords({ ...one, method: 'median', count: 0 })).toBe('3 answers; median');
  expect(agreedWords({ ...one, count: 1, of: 1 })).toBe('the only answer');
  expect(agreedWords({ ...one, method: 'adjudicated', of: 1, count: null })).toBe('1 answer');
});

test('where a true number lies is said as a whole or part by part', () => {
  const whole = { low: 38.25, high: 1046, level: 0.95, mean_error: 2.345 };
  expect(rangeWords(whole)).toBe('38.25 to 1,046 with 95 %, off by 2.3 on average, by the model');
  expect(rangeWords({ ...whole, low: { a: 1, b: -2 }, high: { a: 3, b: 4 } })).toBe(
    'a 1 to 3, b −2 to 4 with 95 %, off by 2.3 on average, by the model',
  );
});
