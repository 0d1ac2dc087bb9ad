// A schema as it is written, before the server has read it: what the editor may rely on is only that it is JSON.

import type { Template } from '../../api/types.ts';
import { titleOf } from '../../parts/work/names.ts';

type Named = { name: string; title?: string; [key: string]: unknown };

const named = (list: unknown): Named[] =>
  Array.isArray(list)
    ? list.filter((one): one is Named => typeof (one as Named | null)?.name === 'string')
    : [];
export const questionsOf = (template: Template | undefined): Named[] => named(template?.questions);
export const fieldsOf = (template: Template | undefined): Named[] => named(template?.fields);

/** By name, the title that people read. */
export const questionTitles = (template: Template | undefined): Map<string, string> =>
  new Map(questionsOf(template).map((question) => [question.name, titleOf(question)]));

/** The text as a template, or why it is none. */
export function readTemplate(text: string): { template: Template } | { error: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value !== 'object' || Array.isArray(value))
      return { error: 'A schema is one JSON object.' };
    return { template: value as Template };
  } catch (error) {
    return { error: error instanceof Error ? error.message : 'This is not JSON.' };
  }
}

export const questionTypes = [
  { value: 'text', label: 'Words of one’s own' },
  { value: 'label', label: 'One of several' },
  { value: 'multi_label', label: 'Any of several' },
  { value: 'rating', label: 'A grade' },
  { value: 'number', label: 'A number' },
  { value: 'pairwise', label: 'Which of two is better' },
  { value: 'span', label: 'Marked passages' },
  { value: 'rubric_scores', label: 'A rubric, criterion by criterion' },
];
const withOptions = ['label', 'multi_label', 'rating', 'span'];
export const hasOptions = (type: unknown): boolean => withOptions.includes(String(type));

/** The fields that a type of question may be asked on, by name. */
export function fieldsFor(template: Template, type: unknown): string[] {
  const wanted: Record<string, string[]> = {
    pairwise: ['candidates'],
    rubric_scores: ['criteria'],
  };
  return fieldsOf(template)
    .filter((field) => wanted[String(type)]?.includes(String(field.type)))
    .map((field) => field.name);
}

const parts: Record<string, string> = { candidates: 'candidate', chat: 'message', steps: 'step' };
/** What a question can be asked about: the task as a whole, a field, or each part of one. */
export type Place = { on: string | null; per: string | null };

/** The places that fit a type of question, the first where nothing else is said; none for a rubric, which has criteria. */
export function placesFor(template: Template, type: unknown): Place[] {
  if (type === 'rubric_scores') return [];
  if (type === 'pairwise') return fieldsFor(template, type).map((on) => ({ on, per: null }));
  const each = fieldsOf(template)
    .filter((field) => parts[String(field.type)])
    .map((field) => ({ on: field.name, per: parts[String(field.type)] as string }));
  if (type !== 'span') return [{ on: null, per: null }, ...each];
  const texts = fieldsOf(template).filter((field) => ['text', 'markdown'].includes(String(field.type)));
  return [...texts.map((field) => ({ on: field.name, per: null })), ...each];
}
export const placeWords = ({ on, per }: Place): string =>
  on === null ? 'The task as a whole' : per === null ? on : `Each ${per} of ${on}`;
/** Where a question is asked as it stands. `on` without parts says only beside what it is asked. */
export const placeOf = (question: Named): Place => ({
  on: question.on === undefined ? null : String(question.on),
  per: question.per === undefined || question.per === 'record' ? null : String(question.per),
});
/** The question asked in another place. */
export function askedIn(question: Named, { on, per }: Place): Named {
  const next: Named = { ...question };
  for (const [key, value] of Object.entries({ on, per })) {
    if (value === null) delete next[key];
    else next[key] = value;
  }
  return next;
}

/** A question turned into another type: what the new type needs is put in, what it cannot have is taken out. */
export function retyped(template: Template, question: Named, type: string): Named {
  const next: Named = { ...question, type };
  for (const key of [
    'on',
    'per',
    'options_from',
    'strength',
    'allow_tie',
    'allow_overlapping',
    'aggregation',
    'validation',
  ])
    delete next[key];
  if (!hasOptions(type)) delete next.options;
  else if (type === 'rating') next.options = [1, 2, 3, 4, 5].map((value) => ({ value }));
  else if (!Array.isArray(question.options) || question.type === 'rating')
    next.options = [{ value: 'yes' }, { value: 'no' }];
  if (type === 'pairwise') Object.assign(next, { allow_tie: true, strength: 3 });
  if (type === 'rubric_scores') Object.assign(next, { options_from: fieldsFor(template, type)[0] ?? '' });
  const place = placesFor(template, type)[0];
  if (type === 'pairwise' || type === 'span') return askedIn(next, place ?? { on: '', per: null });
  return next;
}

/** The template with a question put in place of another, moved, taken out or added. */
export function withQuestion(template: Template, at: number, question: Named): Template {
  return { ...template, questions: questionsOf(template).map((one, i) => (i === at ? question : one)) };
}
export function withoutQuestion(template: Template, at: number): Template {
  return { ...template, questions: questionsOf(template).filter((_, i) => i !== at) };
}
export function movedQuestion(template: Template, at: number, by: number): Template {
  const all = [...questionsOf(template)];
  const to = at + by;
  if (to < 0 || to >= all.length) return template;
  const [one] = all.splice(at, 1);
  if (one) all.splice(to, 0, one);
  return { ...template, questions: all };
}
export function withNewQuestion(template: Template): Template {
  const names = new Set(questionsOf(template).map((one) => one.name));
  let n = names.size + 1;
  while (names.has(`question_${n}`)) n++;
  const made: Named = { name: `question_${n}`, type: 'text', title: '' };
  return { ...template, questions: [...questionsOf(template), made] };
}

type Option = { value: string | number | boolean; title?: string; [key: string]: unknown };
/** Options as lines: `value | Title`. */
export const optionLines = (options: unknown): string =>
  (Array.isArray(options) ? (options as Option[]) : [])
    .map((one) => (one.title ? `${one.value} | ${one.title}` : String(one.value)))
    .join('\n');
/** Lines as options; a grade's values are whole numbers. What an option had besides stays with its value. */
export function readOptions(lines: string, type: string, before: unknown): Option[] {
  const known = new Map(
    (Array.isArray(before) ? (before as Option[]) : []).map((one) => [String(one.value), one]),
  );
  return lines
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [value = '', ...rest] = line.split('|');
      const text = value.trim();
      const title = rest.join('|').trim();
      const old = { ...known.get(text) };
      delete old.title;
      const kept = known.get(text)?.value ?? text;
      return {
        ...old,
        value: type === 'rating' && /^-?\d+$/.test(text) ? Number(text) : kept,
        ...(title ? { title } : {}),
      };
    });
}

export type Break = { what: string; means: string };

/** What a new version takes away from, or asks beyond, the version before it. */
export function breaks(before: Template, after: Template): Break[] {
  const found: Break[] = [];
  const now = new Map(questionsOf(after).map((one) => [one.name, one]));
  const old = new Map(questionsOf(before).map((one) => [one.name, one]));
  for (const [name, was] of old) {
    const is = now.get(name);
    const title = titleOf(was);
    if (!is) {
      found.push({
        what: `“${title}” is not asked any more`,
        means: 'Its answers stay with the version they were given under; new tasks have none.',
      });
      continue;
    }
    if (is.type !== was.type)
      found.push({
        what: `“${title}” changes from ${String(was.type)} to ${String(is.type)}`,
        means: 'Answers before and after cannot be joined for one task.',
      });
    const left = new Set(values(is.options));
    const gone = values(was.options).filter((value) => !left.has(value));
    if (is.type === was.type && gone.length > 0)
      found.push({
        what: `“${title}” loses ${gone.map((one) => `“${one}”`).join(', ')}`,
        means: 'Who chose it before keeps it; nobody can choose it from now on.',
      });
    if (is.required === true && was.required !== true)
      found.push({
        what: `“${title}” becomes required`,
        means: 'Answers that came back to their author must give it before they are submitted again.',
      });
  }
  for (const [name, is] of now)
    if (!old.has(name) && is.required === true)
      found.push({
        what: `“${titleOf(is)}” is new and required`,
        means: 'Tasks done before have no answer to it.',
      });
  const fields = new Map(fieldsOf(after).map((one) => [one.name, one]));
  for (const was of fieldsOf(before)) {
    const is = fields.get(was.name);
    if (!is)
      found.push({
        what: `The field “${titleOf(was)}” is not shown any more`,
        means: 'Tasks keep it in their rows.',
      });
    else if (JSON.stringify(is.source) !== JSON.stringify(was.source) || is.type !== was.type)
      found.push({
        what: `The field “${titleOf(was)}” is read in another way`,
        means: 'Rows that do not have it there cannot be shown under the new version.',
      });
  }
  return found;
}
const values = (options: unknown): string[] =>
  (Array.isArray(options) ? (options as Option[]) : []).map((one) => String(one.value));
