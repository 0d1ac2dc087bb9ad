import { expect, test } from 'vitest';
import { askedWords, barsOf, fieldsOf, sentence } from './standing.ts';

const asked = {
  gold: { probation_below: 0.825, pause_below: 0.6 },
  review: null,
  at_least: 20,
  pause_days: 30,
};

test('what is asked is said in percent, and a pause only where there is one', () => {
  expect(askedWords(asked)).toEqual([
    'Right on tasks whose answer is known: on probation when surely below 82.5 %; paused when surely below 60 %.',
  ]);
  expect(askedWords({ ...asked, gold: { probation_below: 0.9, pause_below: 0 } })[0]).toBe(
    'Right on tasks whose answer is known: on probation when surely below 90 %.',
  );
  expect(askedWords(null)).toEqual([]);
});

test('what the form shows is what it sends', () => {
  expect(barsOf(fieldsOf(asked))).toEqual(asked);
  expect(barsOf(fieldsOf(null))).toEqual({ gold: null, review: null, at_least: 20, pause_days: 30 });
});

test('the server’s words become a sentence once', () => {
  expect(sentence('you work on')).toBe('You work on.');
  expect(sentence('Done.')).toBe('Done.');
});
