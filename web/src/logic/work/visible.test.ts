import { expect, test } from 'vitest';
import type { Answers, Question } from '../../api/types.ts';
import { askedNow, visible } from './visible.ts';

const label = (name: string, more: Partial<Question> = {}): Question => ({ name, type: 'label', ...more });
const names = (questions: Question[], answers: Answers) => [...visible(questions, answers)];

test('a question waits for the answer it depends on', () => {
  const questions = [label('verdict'), label('why', { visible_when: { question: 'verdict', equals: 'no' } })];
  expect(names(questions, {})).toEqual(['verdict']);
  expect(names(questions, { verdict: { value: 'yes' } })).toEqual(['verdict']);
  expect(names(questions, { verdict: { value: 'no' } })).toEqual(['verdict', 'why']);
  expect(names(questions, { verdict: { cannot_assess: true } })).toEqual(['verdict']);
});

test('what depends on a hidden question is hidden, whatever was answered before', () => {
  const questions = [
    label('a'),
    label('b', { visible_when: { question: 'a', equals: 'x' } }),
    label('c', { visible_when: { question: 'b', equals: 'y' } }),
  ];
  const answers = { a: { value: 'other' }, b: { value: 'y' } };
  expect(names(questions, answers)).toEqual(['a']);
});

test('inside lists, spans, pairs and per-item answers', () => {
  const on = (question: Question, wanted: unknown, value: unknown) =>
    visible([question, label('next', { visible_when: { question: question.name, in: [wanted] } })], {
      [question.name]: { value: value as never },
    }).has('next');
  expect(on(label('m', { type: 'multi_label' }), 'x', ['w', 'x'])).toBe(true);
  expect(on(label('m', { type: 'multi_label' }), 'x', ['w'])).toBe(false);
  expect(on(label('s', { type: 'span' }), 'Error', [{ label: 'Error' }])).toBe(true);
  expect(on(label('p', { type: 'pairwise' }), 'tie', { preferred: 'tie' })).toBe(true);
  expect(on(label('r', { type: 'rating', per: 'candidate' }), 1, { a: 4, b: 1 })).toBe(true);
  expect(on(label('r', { type: 'rating', per: 'candidate' }), 1, { a: 4, b: 3 })).toBe(false);
});

test('asked of the same parts, the condition is judged part by part', () => {
  const rating = label('quality', { type: 'rating', on: 'pair', per: 'candidate' });
  const why = label('why', {
    type: 'text',
    on: 'pair',
    per: 'candidate',
    visible_when: { question: 'quality', in: [1, 2] },
  });
  const answers = { quality: { value: { a: 4, b: 1, c: 2 } } };
  expect(askedNow([rating, why], answers).get('why')).toEqual(new Set(['b', 'c']));
  expect(askedNow([rating, why], { quality: { value: { a: 4 } } }).has('why')).toBe(false);
  const overall = label('overall', { visible_when: { question: 'quality', in: [1] } });
  expect(askedNow([rating, overall], answers).get('overall')).toBe('all');
});

test('a condition on a later question, or on itself, asks nothing', () => {
  const ring = [
    label('a', { visible_when: { question: 'b', equals: 1 } }),
    label('b', { visible_when: { question: 'a', equals: 1 } }),
  ];
  expect(names(ring, { a: { value: 1 }, b: { value: 1 } })).toEqual([]);
});
