import { expect, test } from 'vitest';
import type { Answers, Question, Schema } from '../../api/types.ts';
import { changes, said, saidBy, seenOtherwise } from './said.ts';

const pair: Question = {
  name: 'better',
  type: 'pairwise',
  on: 'replies',
  strength: 3,
  allow_tie: true,
  justification: 'optional',
};
const kind: Question = {
  name: 'kind',
  type: 'multi_label',
  options: [{ value: 'a', title: 'First' }, { value: 'b' }],
};
const each: Question = {
  name: 'grade',
  type: 'rating',
  on: 'replies',
  per: 'candidate',
  options: [{ value: 1 }, { value: 2 }],
};
const marks: Question = { name: 'marks', type: 'span', on: 'text', options: [{ value: 'x', title: 'Risk' }] };
const rubric: Question = { name: 'rubric', type: 'rubric_scores', options_from: 'criteria' };
const schema: Schema = {
  fields: [{ name: 'replies', type: 'candidates' }],
  questions: [pair, kind, each, marks, rubric],
};
const task = {
  schema,
  content: {
    replies: {
      type: 'candidates' as const,
      items: [
        { id: 'c1', content: 'one' },
        { id: 'c2', content: 'two' },
      ],
    },
    criteria: {
      type: 'criteria' as const,
      items: [
        { id: 'k1', content: 'names the rate', points: 5 },
        { id: 'k2', content: 'invents a source', points: -3 },
      ],
    },
  },
  presented: { replies: ['c2', 'c1'] },
};

test('a preference names the side as it was shown', () => {
  expect(said(task, pair, { value: { preferred: 'c2', strength: 3 } })).toBe('A is much better');
  expect(said(task, pair, { value: { preferred: 'c1', strength: 1 }, justification: 'It is right.' })).toBe(
    'B is slightly better\nWhy: It is right.',
  );
  expect(said(task, pair, { value: { preferred: 'tie' } })).toBe('The same');
});

test('what several answered alike is said once, and who gave nothing is among them', () => {
  const given = [
    { by: 'p-1', answers: { kind: { value: ['a'] } } },
    { by: 'p-2', answers: {} as Answers },
    { by: 'p-3', answers: { kind: { value: ['a'] } } },
  ];
  expect(saidBy(task, kind, given)).toEqual([
    { words: 'First', by: ['p-1', 'p-3'] },
    { words: '', by: ['p-2'] },
  ]);
});

test('who saw another order is said to have, letter by letter', () => {
  expect(seenOtherwise(task, task.presented)).toBe('');
  expect(seenOtherwise({ ...task, presented: {} }, task.presented)).toBe('Its author saw A as B, B as A.');
});

test('every type has its words', () => {
  expect(said(task, kind, { value: ['a', 'b'] })).toBe('First, B');
  expect(said(task, kind, { value: [] })).toBe('None of them');
  expect(said(task, each, { value: { c1: 1, c2: 2 } })).toBe('A: 2\nB: 1');
  expect(said(task, marks, { value: [{ field: 'text', start: 0, end: 3, label: 'x', text: 'any' }] })).toBe(
    'Risk: “any”',
  );
  expect(
    said(task, rubric, { value: { k1: { met: true, rationale: 'Said twice.' }, k2: { met: null } } }),
  ).toBe('1: met. Said twice.\n2: cannot tell');
  expect(said(task, kind, { cannot_assess: true })).toBe('Cannot assess');
  expect(said(task, kind, undefined)).toBe('');
});

test('only what was answered otherwise is a change', () => {
  const before = { kind: { value: ['a'] }, better: { value: { preferred: 'tie' } } };
  const after = { kind: { value: ['a', 'b'] }, better: { value: { preferred: 'tie' } } };
  expect(changes(task, before, after)).toEqual([{ question: kind, before: 'First', after: 'First, B' }]);
});
