import { expect, test } from 'vitest';
import {
  askedIn,
  breaks,
  movedQuestion,
  optionLines,
  placeOf,
  placesFor,
  placeWords,
  questionsOf,
  readOptions,
  readTemplate,
  retyped,
  withNewQuestion,
} from './template.ts';

const before = {
  fields: [
    { name: 'text', type: 'text', source: '/text' },
    { name: 'replies', type: 'candidates', source: {} },
  ],
  questions: [
    { name: 'kind', type: 'label', title: 'Kind', options: [{ value: 'a' }, { value: 'b' }] },
    { name: 'why', type: 'text' },
  ],
};

test('options go to lines and back, with what else they had', () => {
  const options = [{ value: 'a', title: 'First', description: 'kept' }, { value: 'b' }];
  expect(optionLines(options)).toBe('a | First\nb');
  expect(readOptions('a | Renamed\n\nc', 'label', options)).toEqual([
    { value: 'a', title: 'Renamed', description: 'kept' },
    { value: 'c' },
  ]);
  expect(readOptions('1\n2 | Two', 'rating', [])).toEqual([{ value: 1 }, { value: 2, title: 'Two' }]);
});

test('a question turned into another type has what that type needs', () => {
  const [kind] = questionsOf(before);
  expect(retyped(before, kind as never, 'pairwise')).toEqual({
    name: 'kind',
    type: 'pairwise',
    title: 'Kind',
    on: 'replies',
    allow_tie: true,
    strength: 3,
  });
  expect(retyped(before, kind as never, 'span')).toMatchObject({
    on: 'text',
    options: [{ value: 'a' }, { value: 'b' }],
  });
});

test('a question is asked about the task, a text or each part of a field, as its type can be', () => {
  const words = (type: string) => placesFor(before, type).map(placeWords);
  expect(words('label')).toEqual(['The task as a whole', 'Each candidate of replies']);
  expect(words('span')).toEqual(['text', 'Each candidate of replies']);
  expect(words('pairwise')).toEqual(['replies']);
  const [, each] = placesFor(before, 'span');
  const marks = askedIn({ name: 'm', type: 'span', on: 'text' }, each as never);
  expect(marks).toEqual({ name: 'm', type: 'span', on: 'replies', per: 'candidate' });
  expect(placeWords(placeOf(marks))).toBe('Each candidate of replies');
  const whole = askedIn(marks, placeOf({ name: 'x' }));
  expect(whole).toEqual({ name: 'm', type: 'span' });
  // What is asked of each part of a field is not, once it is of another type.
  expect(retyped(before, marks as never, 'label')).not.toHaveProperty('per');
});

test('a new question has a name of its own, and the order can be changed', () => {
  const more = withNewQuestion(withNewQuestion(before));
  expect(questionsOf(more).map((one) => one.name)).toEqual(['kind', 'why', 'question_3', 'question_4']);
  expect(questionsOf(movedQuestion(before, 1, -1)).map((one) => one.name)).toEqual(['why', 'kind']);
  expect(movedQuestion(before, 0, -1)).toBe(before);
});

test('a new version says what it breaks, and nothing where it breaks nothing', () => {
  expect(breaks(before, before)).toEqual([]);
  const after = {
    fields: [{ name: 'text', type: 'text', source: '/body' }],
    questions: [
      { name: 'kind', type: 'label', title: 'Kind', required: true, options: [{ value: 'a' }] },
      { name: 'new', type: 'number', required: true },
    ],
  };
  expect(breaks(before, after).map((one) => one.what)).toEqual([
    '“Kind” loses “b”',
    '“Kind” becomes required',
    '“Why” is not asked any more',
    '“New” is new and required',
    'The field “Text” is read in another way',
    'The field “Replies” is not shown any more',
  ]);
});

test('what is no object is no template', () => {
  expect(readTemplate('[]')).toEqual({ error: 'A schema is one JSON object.' });
  expect(readTemplate('{')).toHaveProperty('error');
});
