import { expect, test } from 'vitest';
import type { Answers, Content, Question, Schema } from '../../api/types.ts';
import { complaints, toSubmit, withStance, withValue } from './answers.ts';

const content: Content = {
  pair: {
    type: 'candidates',
    items: [
      { id: 'response1', content: 'x' },
      { id: 'response2', content: 'y' },
    ],
  },
  rubric: {
    type: 'criteria',
    items: [
      { id: 'c1', content: 'cites', points: 5 },
      { id: 'c2', content: 'harms', points: -3 },
    ],
  },
};
const schemaOf = (...questions: Question[]): Schema => ({ fields: [], questions });
const task = (schema: Schema) => ({ schema, content, presented: { pair: ['response2', 'response1'] } });
const said = (schema: Schema, answers: Answers) =>
  complaints(task(schema), answers).map((c) => `${c.path}: ${c.words}`);

test('the contract of the answers: pairwise with strength, cannot assess, per candidate', () => {
  const schema = schemaOf(
    {
      name: 'preferred',
      type: 'pairwise',
      on: 'pair',
      strength: 3,
      required: true,
      justification: 'required',
    },
    { name: 'grade', type: 'label', required: true, cannot_assess: true },
    { name: 'quality', type: 'rating', on: 'pair', per: 'candidate', required: true },
  );
  const answers: Answers = {
    preferred: { value: { preferred: 'response1', strength: 2 }, justification: 'It names the dose.' },
    grade: { cannot_assess: true },
    quality: { value: { response1: 4, response2: 2 } },
  };
  expect(said(schema, answers)).toEqual([]);
  expect(toSubmit(schema, answers)).toEqual(answers);
});

test('what is missing is named, part by part as shown', () => {
  const schema = schemaOf(
    { name: 'quality', type: 'rating', on: 'pair', per: 'candidate', required: true },
    { name: 'preferred', type: 'pairwise', on: 'pair', strength: 2, justification: 'required' },
  );
  expect(
    said(schema, { quality: { value: { response2: 3 } }, preferred: { value: { preferred: 'response1' } } }),
  ).toEqual([
    '/quality/value/response1: B is not answered yet',
    '/preferred/value: Say by how much',
    '/preferred/justification: Say why',
  ]);
});

test('a tie has no strength; nothing given needs no reason', () => {
  const schema = schemaOf({
    name: 'p',
    type: 'pairwise',
    on: 'pair',
    strength: 2,
    allow_tie: true,
    justification: 'optional',
  });
  expect(said(schema, { p: { value: { preferred: 'tie' } } })).toEqual([]);
  expect(said(schema, {})).toEqual([]);
});

test('lengths count scalar values, numbers keep their bounds', () => {
  const schema = schemaOf(
    { name: 't', type: 'text', validation: { min_length: 3, max_length: 4 } },
    { name: 'n', type: 'number', validation: { min: 0, max: 10 } },
  );
  expect(said(schema, { t: { value: '🫀🫀🫀' }, n: { value: 0 } })).toEqual([]);
  expect(said(schema, { t: { value: '🫀🫀' }, n: { value: 11 } })).toEqual([
    '/t/value: 3 characters at least; 2 so far',
    '/n/value: 10 at most',
  ]);
});

test('a rubric is complete when each criterion has its verdict, “cannot tell” included', () => {
  const schema = schemaOf({ name: 'r', type: 'rubric_scores', options_from: 'rubric', required: true });
  expect(said(schema, { r: { value: { c1: { met: true } } } })).toEqual([
    '/r/value: 1 of 2 criteria not judged yet',
  ]);
  expect(said(schema, { r: { value: { c1: { met: true }, c2: { met: null } } } })).toEqual([]);
});

test('no labels and no spans are an answer when given, and different from no answer', () => {
  const schema = schemaOf(
    { name: 's', type: 'span', required: true },
    { name: 'm', type: 'multi_label', required: true },
  );
  expect(said(schema, {})).toHaveLength(2);
  const none: Answers = { s: { value: [] }, m: { value: [] } };
  expect(said(schema, none)).toEqual([]);
  expect(toSubmit(schema, none)).toEqual(none);
});

test('only what is asked and given travels', () => {
  const schema = schemaOf(
    { name: 'a', type: 'label' },
    { name: 'b', type: 'text', visible_when: { question: 'a', equals: 'no' } },
    { name: 'c', type: 'text' },
    { name: 'd', type: 'text', on: 'pair', per: 'candidate' },
  );
  const answers: Answers = {
    a: { value: 'yes' },
    b: { value: 'left over' },
    c: { value: '  ' },
    d: { value: { response1: 'words', response2: ' ' } },
  };
  expect(toSubmit(schema, answers)).toEqual({ a: { value: 'yes' }, d: { value: { response1: 'words' } } });
});

test('a value and “cannot assess” take one another’s place; the reason stays', () => {
  const given = withValue({ justification: 'why' }, null, 'yes');
  const stance = withStance(given, 'cannot_assess');
  expect(stance).toEqual({ justification: 'why', cannot_assess: true });
  expect(withStance(stance, 'cannot_assess')).toEqual({ justification: 'why' });
  expect(withValue(stance, null, 'no')).toEqual({ justification: 'why', value: 'no' });
  expect(withValue({ value: { a: 1 } }, 'a', undefined)).toEqual({});
});

test('once one part is answered all are, where the question wants them complete', () => {
  const asks = (complete: boolean) =>
    schemaOf({ name: 'q', type: 'rating', on: 'pair', per: 'candidate', validation: { complete } });
  expect(said(asks(true), {})).toEqual([]);
  expect(said(asks(true), { q: { value: { response1: 2 } } })).toEqual([
    '/q/value/response2: A is not answered yet',
  ]);
  expect(said(asks(false), { q: { value: { response1: 2 } } })).toEqual([]);
});

test('a part that is not asked is neither missing nor sent', () => {
  const schema = schemaOf(
    { name: 'q', type: 'rating', on: 'pair', per: 'candidate' },
    {
      name: 'why',
      type: 'text',
      on: 'pair',
      per: 'candidate',
      required: true,
      visible_when: { question: 'q', in: [1] },
    },
  );
  const answers: Answers = {
    q: { value: { response1: 5, response2: 1 } },
    why: { value: { response1: 'left over', response2: 'x' } },
  };
  expect(said(schema, answers)).toEqual([]);
  expect(toSubmit(schema, answers).why).toEqual({ value: { response2: 'x' } });
  expect(said(schema, { q: answers.q as never })).toEqual(['/why/value/response2: A is not answered yet']);
});

test('a reason has its length where one is asked for', () => {
  const schema = schemaOf({ name: 'q', type: 'label', justification: { required: false, min_length: 5 } });
  expect(said(schema, { q: { value: 'a' } })).toEqual([]);
  expect(said(schema, { q: { value: 'a', justification: 'abc' } })).toEqual([
    '/q/justification: Why: 5 characters at least; 3 so far',
  ]);
});
