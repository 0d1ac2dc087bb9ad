import { expect, test } from 'vitest';
import { Steps } from './steps.ts';

test('each change can be taken back, and given again until something else is changed', () => {
  const steps = new Steps<string>();
  steps.before('', 'q1');
  steps.before('a', 'q2');
  expect(steps.back('ab')).toMatchObject({ state: 'a', at: 'q2' });
  expect(steps.back('a')).toMatchObject({ state: '', at: 'q1' });
  expect(steps.back('')).toBeNull();
  expect(steps.forth('')).toMatchObject({ state: 'a', at: 'q1' });
  steps.before('a', 'q3');
  expect(steps.forth('ac')).toBeNull();
  expect(steps.back('ac')).toMatchObject({ state: 'a', at: 'q3' });
});

test('a run of typing in one place is one step', () => {
  const steps = new Steps<string>();
  steps.before('', 'q1', true);
  steps.before('a', 'q1', true);
  steps.before('ab', 'q2', true);
  expect(steps.back('abc')?.state).toBe('ab');
  expect(steps.back('ab')?.state).toBe('');
  expect(steps.back('')).toBeNull();
});

test('typing after a step back begins a step of its own', () => {
  const steps = new Steps<string>();
  steps.before('', 'q1', true);
  steps.before('a', 'q1');
  steps.back('ab');
  steps.before('a', 'q1', true);
  expect(steps.back('ax')?.state).toBe('a');
  expect(steps.back('a')?.state).toBe('');
});
