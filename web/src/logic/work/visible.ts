// Which questions are asked, given the answers so far.

import type { Answer, Answers, Question, Value } from '../../api/types.ts';
import { isPerItem } from './items.ts';

/** Which parts of its field a question is asked of; a question for the record has no parts and is `all`. */
export type AskedOf = 'all' | ReadonlySet<string>;

/**
 * The questions to ask, in order. What depends on a hidden question is hidden too. Where both questions are asked
 * of the same parts (of each candidate, say), the condition is judged part by part.
 */
export function askedNow(questions: readonly Question[], answers: Answers): Map<string, AskedOf> {
  const asked = new Map<string, AskedOf>();
  const before = new Map<string, Question>();
  for (const question of questions) {
    const of = judge(question, before, asked, answers);
    if (of !== null) asked.set(question.name, of);
    before.set(question.name, question);
  }
  return asked;
}

/** The names of the questions to ask. */
export const visible = (questions: readonly Question[], answers: Answers): Set<string> =>
  new Set(askedNow(questions, answers).keys());

function judge(
  question: Question,
  before: ReadonlyMap<string, Question>,
  asked: ReadonlyMap<string, AskedOf>,
  answers: Answers,
): AskedOf | null {
  const when = question.visible_when;
  if (!when) return 'all';
  const other = before.get(when.question);
  const of = asked.get(when.question);
  if (!other || of === undefined) return null;
  const wanted = when.in ?? [when.equals];
  const answer = answers[other.name];
  const sameParts = isPerItem(question) && question.per === other.per && question.on === other.on;
  if (!sameParts) return holds(other, answer, of, wanted) ? 'all' : null;
  const parts = Object.entries((answer?.value ?? {}) as Record<string, Value>)
    .filter(
      ([id, value]) =>
        (of === 'all' || of.has(id)) && atoms(other, value).some((one) => wanted.includes(one)),
    )
    .map(([id]) => id);
  return parts.length > 0 ? new Set(parts) : null;
}

/** Whether an answer is (or holds) one of `wanted`, in any of the parts it is asked of. */
function holds(question: Question, answer: Answer | undefined, of: AskedOf, wanted: unknown[]): boolean {
  if (answer?.value === undefined || answer.cannot_assess || answer.not_applicable) return false;
  const values = isPerItem(question)
    ? Object.entries(answer.value as Record<string, Value>)
        .filter(([id]) => of === 'all' || of.has(id))
        .map(([, value]) => value)
    : [answer.value];
  return values.flatMap((value) => atoms(question, value)).some((one) => wanted.includes(one));
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
