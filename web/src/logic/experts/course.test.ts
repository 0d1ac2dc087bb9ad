import { expect, test } from 'vitest';
import { courseWords, farWords, goesOn, resultWords, roomFor } from './course.ts';

const course = { tasks: 20, pass_mark: 0.8, attempts: 2, valid_days: 90 };
const home = { state: 'go_on' as const, attempt: 1, done: 0, tasks: 20 };
const attempt = { number: 1, right: 0.85, passed: true, graded_at: 't', counts: true };

test('what a course asks is one sentence', () => {
  expect(courseWords(course)).toBe('20 tasks, 80 % right to pass, 2 attempts; a pass counts for 90 days.');
  expect(courseWords({ ...course, attempts: 1, valid_days: null })).toContain(
    'one attempt; a pass counts for good.',
  );
});

test('how far one is says what is to be done', () => {
  expect(farWords(home)).toBe('20 tasks');
  expect(farWords({ ...home, done: 7 })).toBe('7 of 20 done');
  expect(farWords({ ...home, state: 'waits' })).toBe('Its result comes within a minute');
  expect([null, home, { ...home, state: 'passed' as const }].map(goesOn)).toEqual([true, true, false]);
});

test('a pass that is over does not read as one that counts', () => {
  expect(resultWords(attempt)).toBe('Passed');
  expect(resultWords({ ...attempt, counts: false })).toBe('Passed, over now');
  expect(resultWords({ ...attempt, passed: false, counts: false })).toBe('Not passed');
});

test('gold that is left over is no attempt', () => {
  expect(roomFor(course, 59)).toBe(2);
});
