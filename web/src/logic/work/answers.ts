// Answers as they are being given: set, cleared, judged complete, and put into the form that travels.

import type {
  Answer,
  Answers,
  Content,
  CriterionScore,
  Presented,
  Question,
  Schema,
  Value,
} from '../../api/types.ts';
import { askedAbout, isPerItem } from './items.ts';
import { scalarLength } from './offsets.ts';
import { type AskedOf, askedNow } from './visible.ts';

/** What still has to be done, at which question, in words. `path` as the server writes it. */
export type Complaint = { question: string; path: string; words: string };
type Task = { schema: Schema; content: Content; presented: Presented };

/** The value given for the record, or for one of its parts. */
export function valueOf(answer: Answer | undefined, item: string | null): Value | undefined {
  if (item === null) return answer?.value;
  return (answer?.value as Record<string, Value> | undefined)?.[item];
}

/** The answer with a value put in; `undefined` takes it out. Giving a value takes back “cannot assess”. */
export function withValue(answer: Answer | undefined, item: string | null, value: Value | undefined): Answer {
  const next: Answer = answer?.justification ? { justification: answer.justification } : {};
  if (item === null) {
    if (value !== undefined) next.value = value;
    return next;
  }
  const all = { ...((answer?.value as Record<string, Value> | undefined) ?? {}) };
  if (value === undefined) delete all[item];
  else all[item] = value;
  if (Object.keys(all).length > 0) next.value = all;
  return next;
}

/** The answer with “cannot assess” or “not applicable” set or taken back; a value and this exclude one another. */
export function withStance(answer: Answer | undefined, stance: 'cannot_assess' | 'not_applicable'): Answer {
  const next: Answer = answer?.justification ? { justification: answer.justification } : {};
  if (!answer?.[stance]) next[stance] = true;
  return next;
}

/** Whether a question asks why, and how many characters a reason must have if there is one. */
export function justificationOf(question: Question): { required: boolean; least: number } | null {
  const wanted = question.justification;
  if (!wanted || wanted === 'none') return null;
  if (typeof wanted === 'object')
    return { required: wanted.required ?? false, least: wanted.min_length ?? 0 };
  return { required: wanted === 'required', least: 0 };
}

/** Whether there is anything that counts as an answer; blank text does not. */
export function isGiven(value: Value | undefined): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'string') return value.trim() !== '';
  if (typeof value === 'object' && !Array.isArray(value)) return Object.keys(value).length > 0;
  return true;
}

/** What is still missing or out of bounds. The server has the last word; this spares the way to it. */
export function complaints(task: Task, answers: Answers): Complaint[] {
  const asked = askedNow(task.schema.questions, answers);
  return task.schema.questions.flatMap((question) => {
    const of = asked.get(question.name);
    return of === undefined ? [] : judge(question, of, answers[question.name], task);
  });
}

function judge(question: Question, of: AskedOf, answer: Answer | undefined, task: Task): Complaint[] {
  const say = (words: string, ...below: string[]): Complaint => ({
    question: question.name,
    path: ['', question.name, ...below].join('/'),
    words,
  });
  const out: Complaint[] = [];
  const stance = answer?.cannot_assess || answer?.not_applicable;
  if (!stance) {
    const parts = askedAbout(question, task.content, task.presented)?.filter(
      (p) => of === 'all' || of.has(p.id),
    );
    const whole = question.validation?.complete ?? question.required;
    const begun = isPerItem(question) && isGiven(answer?.value);
    for (const part of parts ?? [null]) {
      const value = valueOf(answer, part?.id ?? null);
      const below = part ? ['value', part.id] : ['value'];
      if (!isGiven(value)) {
        if (question.required || (begun && whole))
          out.push(say(part ? `${part.name} is not answered yet` : 'Not answered yet', ...below));
      } else {
        const words = outOfBounds(question, value as Value, task);
        if (words) out.push(say(part ? `${part.name}: ${words}` : words, ...below));
      }
    }
  }
  const anything = stance || isGiven(answer?.value);
  const why = justificationOf(question);
  const reason = answer?.justification?.trim() ?? '';
  const length = scalarLength(reason);
  if (anything && why?.required && reason === '') out.push(say('Say why', 'justification'));
  else if (why && reason !== '' && length < why.least)
    out.push(say(`Why: ${why.least} characters at least; ${length} so far`, 'justification'));
  return out;
}

function outOfBounds(question: Question, value: Value, task: Task): string | null {
  const rules = question.validation ?? {};
  switch (question.type) {
    case 'text': {
      const length = scalarLength(value as string);
      if (length < (rules.min_length ?? 0))
        return `${rules.min_length} characters at least; ${length} so far`;
      if (length > (rules.max_length ?? Infinity))
        return `${rules.max_length} characters at most; ${length} now`;
      return null;
    }
    case 'number':
      if (typeof value !== 'number' || !Number.isFinite(value)) return 'Not a number';
      if (value < (rules.min ?? -Infinity)) return `${rules.min} at least`;
      if (value > (rules.max ?? Infinity)) return `${rules.max} at most`;
      return null;
    case 'multi_label':
    case 'span': {
      const count = (value as unknown[]).length;
      if (count < (rules.min_items ?? 0)) return `${rules.min_items} at least; ${count} so far`;
      if (count > (rules.max_items ?? Infinity)) return `${rules.max_items} at most; ${count} now`;
      return null;
    }
    case 'pairwise': {
      const pair = value as { preferred: string; strength?: number };
      return question.strength && pair.preferred !== 'tie' && !pair.strength ? 'Say by how much' : null;
    }
    case 'rubric_scores': {
      if (rules.complete === false) return null;
      const field = task.content[question.options_from ?? ''];
      const ids = field?.type === 'criteria' ? field.items.map((item) => item.id) : [];
      const open = ids.filter(
        (id) => !((value as Record<string, CriterionScore>)[id]?.met !== undefined),
      ).length;
      return open > 0 ? `${open} of ${ids.length} criteria not judged yet` : null;
    }
    default:
      return null;
  }
}

/** What travels: only questions that are asked, only answers that were given, nothing blank. */
export function toSubmit(schema: Schema, answers: Answers): Answers {
  const asked = askedNow(schema.questions, answers);
  const out: Answers = {};
  for (const question of schema.questions) {
    const answer = answers[question.name];
    const of = asked.get(question.name);
    if (!answer || of === undefined) continue;
    const next: Answer = {};
    if (answer.cannot_assess) next.cannot_assess = true;
    else if (answer.not_applicable) next.not_applicable = true;
    else {
      const value = isPerItem(question) ? givenParts(answer.value, of) : answer.value;
      if (!isGiven(value)) continue;
      next.value = value;
    }
    if (answer.justification?.trim()) next.justification = answer.justification;
    out[question.name] = next;
  }
  return out;
}

function givenParts(value: Value | undefined, of: AskedOf): Value | undefined {
  const given = Object.entries((value ?? {}) as Record<string, Value>).filter(
    ([id, one]) => isGiven(one) && (of === 'all' || of.has(id)),
  );
  return given.length > 0 ? Object.fromEntries(given) : undefined;
}
