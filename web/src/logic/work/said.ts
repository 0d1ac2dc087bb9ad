// Answers in words, as their author saw the task: for the diff of revisions, the operator's view of a task, and
// wherever controls would say less than a sentence.

import type {
  Answer,
  Answers,
  CandidatesContent,
  Content,
  CriterionScore,
  PairwiseValue,
  Presented,
  Question,
  Schema,
  SpanValue,
  Value,
} from '../../api/types.ts';
import { valueOf } from './answers.ts';
import { choicesOf, pairScale, samePair } from './choices.ts';
import { askedAbout, partsOf } from './items.ts';

type Task = { schema: Schema; content: Content; presented: Presented };

/** One answer, a line for each part it was asked of. Empty when nothing was answered. */
export function said(task: Task, question: Question, answer: Answer | undefined): string {
  if (!answer) return '';
  const lines: string[] = [];
  if (answer.cannot_assess) lines.push('Cannot assess');
  else if (answer.not_applicable) lines.push('Not applicable');
  else {
    const parts = askedAbout(question, task.content, task.presented);
    for (const part of parts ?? [null]) {
      const value = valueOf(answer, part?.id ?? null);
      if (value === undefined) continue;
      const words = inWords(task, question, value);
      lines.push(part ? `${part.name}: ${words}` : words);
    }
  }
  if (answer.justification) lines.push(`Why: ${answer.justification}`);
  return lines.join('\n');
}

function inWords(task: Task, question: Question, value: Value): string {
  switch (question.type) {
    case 'label':
    case 'rating':
      return optionWords(question, value);
    case 'multi_label': {
      const chosen = value as unknown[];
      return chosen.length > 0 ? chosen.map((one) => optionWords(question, one)).join(', ') : 'None of them';
    }
    case 'pairwise':
      return pairWords(task, question, value as PairwiseValue);
    case 'span': {
      const spans = value as SpanValue[];
      return spans.length > 0
        ? spans.map((span) => `${optionWords(question, span.label)}: “${span.text}”`).join('\n')
        : 'Nothing marked';
    }
    case 'rubric_scores':
      return rubricWords(task, question, value as Record<string, CriterionScore>);
    default:
      return String(value);
  }
}

function optionWords(question: Question, value: unknown): string {
  return choicesOf(question).find((choice) => choice.value === value)?.title ?? String(value);
}

function pairWords(task: Task, question: Question, value: PairwiseValue): string {
  if (value.preferred === 'tie') return 'The same';
  const field = question.on ?? '';
  const parts = partsOf(task.content[field] as CandidatesContent | undefined, task.presented[field]);
  const [first, second] = parts;
  const place = pairScale(question, first?.id ?? '', second?.id ?? '').find((one) =>
    samePair(value, one.value),
  );
  const name = parts.find((part) => part.id === value.preferred)?.name ?? value.preferred;
  return `${name} is ${place && place.words !== 'better' ? `${place.words} ` : ''}better`;
}

function rubricWords(task: Task, question: Question, scores: Record<string, CriterionScore>): string {
  const field = question.options_from ?? '';
  return partsOf(task.content[field], task.presented[field])
    .filter((criterion) => scores[criterion.id])
    .map((criterion) => {
      const score = scores[criterion.id] as CriterionScore;
      const met = score.met === null ? 'cannot tell' : score.met ? 'met' : 'not met';
      const points = score.points === undefined ? '' : `, ${score.points} points`;
      return `${criterion.name}: ${met}${points}${score.rationale ? `. ${score.rationale}` : ''}`;
    })
    .join('\n');
}

/** Which letters the author of an answer saw in place of those of `task`, where he speaks of them in his own words; else empty. */
export function seenOtherwise(task: Task, seen: Presented): string {
  const fields = task.schema.fields.filter((field) => task.content[field.name]?.type === 'candidates');
  const turned = fields.flatMap(({ name }) => {
    const his = new Map(partsOf(task.content[name], seen[name]).map((part) => [part.id, part.name]));
    return partsOf(task.content[name], task.presented[name])
      .filter((part) => his.get(part.id) !== part.name)
      .map((part) => `${part.name} as ${his.get(part.id)}`);
  });
  return turned.length > 0 ? `Its author saw ${turned.join(', ')}.` : '';
}

export type SaidBy = { words: string; by: string[] };

/** What several people answered to one question, the same words once, in the order in which they were given. */
export function saidBy(task: Task, question: Question, given: { by: string; answers: Answers }[]): SaidBy[] {
  const all = new Map<string, string[]>();
  for (const { by, answers } of given) {
    const words = said(task, question, answers[question.name]);
    all.set(words, [...(all.get(words) ?? []), by]);
  }
  return [...all].map(([words, by]) => ({ words, by }));
}

export type Change = { question: Question; before: string; after: string };

/** The questions that were answered otherwise before, in the schema's order, in words. */
export function changes(task: Task, before: Answers, after: Answers): Change[] {
  return task.schema.questions
    .map((question) => ({
      question,
      before: said(task, question, before[question.name]),
      after: said(task, question, after[question.name]),
    }))
    .filter((change) => change.before !== change.after);
}
