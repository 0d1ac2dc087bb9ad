// Which questions are asked, given the answers so far.

import type { Answer, Answers, Question, Value } from '../../api/types.ts';
import { isPerItem } from './items.ts';

/** The names of the questions to show, in order. What depends on a hidden question is hidden too. */
export function visible(questions: readonly Question[], answers: Answers): Set<string> {
  const byName = new Map(questions.map((question) => [question.name, question]));
  const known = new Map<string, boolean>();
  const shown = (question: Question): boolean => {
    const before = known.get(question.name);
    if (before !== undefined) return before;
    known.set(question.name, false); // a ring of conditions shows nothing rather than hanging
    const when = question.visible_when;
    let is = true;
    if (when) {
      const other = byName.get(when.question);
      const wanted = when.in ?? ('equals' in when ? [when.equals] : null);
      is = other !== undefined && shown(other) && holds(other, answers[other.name], wanted);
    }
    known.set(question.name, is);
    return is;
  };
  return new Set(questions.filter(shown).map((question) => question.name));
}

/** Whether an answer is (or holds) one of `wanted`; without `wanted`, whether there is any answer. */
function holds(question: Question, answer: Answer | undefined, wanted: unknown[] | null): boolean {
  if (answer?.value === undefined || answer.cannot_assess || answer.not_applicable) return false;
  const values = isPerItem(question) ? Object.values(answer.value as Record<string, Value>) : [answer.value];
  const given = values.flatMap((value) => atoms(question, value));
  return wanted ? given.some((one) => wanted.includes(one)) : given.length > 0;
}

/** The plain values inside an answer: labels of spans, options of a multiple choice, the preferred candidate. */
function atoms(question: Question, value: Value): unknown[] {
  switch (question.type) {
    case 'multi_label':
      return Array.isArray(value) ? value : [];
    case 'span':
      return Array.isArray(value) ? value.map((span) => (span as { label: string }).label) : [];
    case 'pairwise':
      return [(value as { preferred?: string }).preferred];
    case 'rubric_scores':
      return Object.values(value as Record<string, { met?: boolean | null }>).map((score) => score.met);
    default:
      return [value];
  }
}
