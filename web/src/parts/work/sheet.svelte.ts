// One task and the answers being given to it: what is asked now, where one is, what is still missing. Shared by
// the workspace, the review page and the preview of a schema; it knows nothing of leases or servers.

import type {
  Answer,
  Answers,
  Content,
  Criterion,
  Presented,
  Question,
  Schema,
  SpanValue,
  Value,
} from '../../api/types.ts';
import {
  type Complaint,
  complaints,
  toSubmit,
  valueOf,
  withStance,
  withValue,
} from '../../logic/work/answers.ts';
import { choicesOf, pairScale, samePair } from '../../logic/work/choices.ts';
import { askedAbout, partsOf, type Shown } from '../../logic/work/items.ts';
import { toScalar } from '../../logic/work/offsets.ts';
import { toggled } from '../../logic/work/rubric.ts';
import { type Step, Steps } from '../../logic/work/steps.ts';
import { askedNow } from '../../logic/work/visible.ts';

/** Where an answer goes: a question, for one part of the content, for one criterion. */
export type Place = { question: string; item: string | null; criterion: string | null };
export const placeId = (place: Place): string =>
  [place.question, place.item ?? '', place.criterion ?? ''].map(encodeURIComponent).join('/');

export type Pending = { field: string; item: string | null; text: string; start: number; end: number };

type Task = { schema: Schema; content: Content; presented: Presented };

export class Sheet {
  readonly task: Task;
  /** Shown, not answered: a review before a fix, a preview, an opened task. */
  readOnly = $state(false);
  answers = $state.raw<Answers>({});
  /** The place the keys act on. */
  at = $state.raw<Place | null>(null);
  /** Said since the last try to submit; each goes when its question is touched. */
  told = $state.raw<Complaint[]>([]);
  /** Raw text instead of rendered. */
  raw = $state(false);
  /** The candidate, message or step that `J` and `K` stand on. */
  part = $state<string | null>(null);
  /** A selected passage that waits for its label. Positions in UTF-16 of `text`. */
  pending = $state.raw<Pending | null>(null);
  /** The text in which passages are to be marked now, by keyboard: it takes the focus, and this back. */
  marking = $state.raw<{ field: string; item: string | null } | null>(null);
  /** What was typed and could not be read, in words, by place: no answer, and not nothing either. */
  #unread = $state.raw<Record<string, Complaint>>({});
  readonly #steps = new Steps<Answers>();
  /** Told of every change by hand. */
  onchange: () => void = () => {};

  constructor(task: Task, answers: Answers = {}, { readOnly = false } = {}) {
    this.task = task;
    this.answers = answers;
    this.readOnly = readOnly;
    this.at = this.places[0] ?? null;
  }

  readonly #asked = $derived.by(() => askedNow(this.task.schema.questions, this.answers));
  readonly questions = $derived.by((): Question[] => {
    return this.task.schema.questions.filter((question) => this.#asked.has(question.name));
  });
  readonly places = $derived.by((): Place[] => this.questions.flatMap((question) => this.placesOf(question)));

  question(name: string): Question | undefined {
    return this.task.schema.questions.find((question) => question.name === name);
  }
  parts(question: Question): Shown[] | null {
    const of = this.#asked.get(question.name) ?? 'all';
    const parts = askedAbout(question, this.task.content, this.task.presented);
    return parts?.filter((part) => of === 'all' || of.has(part.id)) ?? null;
  }
  fieldParts(field: string): Shown[] {
    return partsOf(this.task.content[field], this.task.presented[field]);
  }
  criteria(question: Question): Criterion[] {
    const field = this.task.content[question.options_from ?? ''];
    return field?.type === 'criteria' ? field.items : [];
  }
  placesOf(question: Question): Place[] {
    const items = this.parts(question)?.map((part) => part.id) ?? [null];
    const below = question.type === 'rubric_scores' ? this.criteria(question).map((c) => c.id) : [null];
    return items.flatMap((item) => below.map((criterion) => ({ question: question.name, item, criterion })));
  }
  isAt(place: Place): boolean {
    return this.at !== null && placeId(this.at) === placeId(place);
  }

  answer(question: string): Answer | undefined {
    return this.answers[question];
  }
  value(question: string, item: string | null): Value | undefined {
    return valueOf(this.answers[question], item);
  }
  /** Notes that what stands in a field could not be read, or that it can be again (`null`). */
  cannotRead(question: string, item: string | null, words: string | null): void {
    const id = placeId({ question, item, criterion: null });
    const next = { ...this.#unread };
    delete next[id];
    if (words !== null) next[id] = { question, path: `/${question}/value`, words };
    this.#unread = next;
  }
  isUnread(question: string, item: string | null): boolean {
    return this.#unread[placeId({ question, item, criterion: null })] !== undefined;
  }

  /** Puts all answers in at once, as somebody else gave them. */
  begin(answers: Answers): void {
    this.#steps.before(this.answers, '');
    this.answers = answers;
    this.told = [];
    this.#unread = {};
    this.onchange();
  }
  /** Puts a value in; `undefined` takes it out. */
  set(question: string, item: string | null, value: Value | undefined): void {
    const written = ['text', 'number'].includes(this.question(question)?.type ?? '');
    this.#put(question, withValue(this.answers[question], item, value), written);
  }
  stance(question: string, stance: 'cannot_assess' | 'not_applicable'): void {
    this.#forget(question);
    this.#put(question, withStance(this.answers[question], stance));
  }
  justify(question: string, words: string): void {
    this.#put(question, { ...this.answers[question], justification: words }, true);
  }
  /** The last change taken back, or given again. The question it was made in; `null` where there is none. */
  undo(): string | null {
    return this.#go(this.readOnly ? null : this.#steps.back(this.answers));
  }
  redo(): string | null {
    return this.#go(this.readOnly ? null : this.#steps.forth(this.answers));
  }

  /** The spans of every span question on a field, each with the question it belongs to. */
  spansOn(field: string, item: string | null): { question: Question; span: SpanValue; place: number }[] {
    return this.questions
      .filter((question) => question.type === 'span' && question.on === field)
      .flatMap((question) =>
        ((this.value(question.name, item) as SpanValue[] | undefined) ?? []).map((span) => ({
          question,
          span,
          place: question.options?.findIndex((option) => option.value === span.label) ?? 0,
        })),
      );
  }

  addSpan(question: Question, item: string | null, span: SpanValue): void {
    const now = (this.value(question.name, item) as SpanValue[] | undefined) ?? [];
    const twice = now.some(
      (one) => one.start === span.start && one.end === span.end && one.label === span.label,
    );
    if (!twice)
      this.set(
        question.name,
        item,
        [...now, span].sort((a, b) => a.start - b.start || a.end - b.end),
      );
  }
  removeSpan(question: Question, item: string | null, span: SpanValue): void {
    const left = ((this.value(question.name, item) as SpanValue[] | undefined) ?? []).filter(
      (one) => one !== span,
    );
    this.set(question.name, item, left.length > 0 ? left : undefined);
  }
  /** Whether the selected passage overlaps a marked one where the question does not allow it. */
  overlapping(question: Question): boolean {
    const at = this.pending;
    if (!at || question.allow_overlapping) return false;
    const start = toScalar(at.text, at.start);
    const end = toScalar(at.text, at.end);
    const now = (this.value(question.name, at.item) as SpanValue[] | undefined) ?? [];
    return now.some((one) => one.start < end && one.end > start);
  }

  /** What a digit means at the place one is. Answers whether it meant anything. */
  digit(key: string): boolean {
    const at = this.at;
    const question = at && this.question(at.question);
    if (!at || !question || this.readOnly) return false;
    const now = this.value(question.name, at.item);
    switch (question.type) {
      case 'label':
      case 'rating': {
        const choice = choicesOf(question).find((one) => one.key === key);
        if (choice) this.set(question.name, at.item, now === choice.value ? undefined : choice.value);
        return choice !== undefined;
      }
      case 'multi_label': {
        const choice = choicesOf(question).find((one) => one.key === key);
        if (choice) this.toggleOption(question, at.item, choice.value);
        return choice !== undefined;
      }
      case 'pairwise': {
        const [first, second] = this.fieldParts(question.on ?? '');
        const place = pairScale(question, first?.id ?? '', second?.id ?? '').find((one) => one.key === key);
        if (place)
          this.set(question.name, null, samePair(now as never, place.value) ? undefined : place.value);
        return place !== undefined;
      }
      case 'rubric_scores': {
        const met = { '1': true, '2': false, '3': null }[key];
        if (met === undefined || (met === null && !question.cannot_assess)) return false;
        this.judge(question, at, met);
        this.move(1);
        return true;
      }
      default:
        return false;
    }
  }

  toggleOption(question: Question, item: string | null, value: string | number | boolean): void {
    const now = (this.value(question.name, item) as (string | number | boolean)[] | undefined) ?? [];
    const next = now.includes(value) ? now.filter((one) => one !== value) : [...now, value];
    const order = (question.options ?? []).map((option) => option.value);
    this.set(question.name, item, next.length > 0 ? order.filter((one) => next.includes(one)) : undefined);
  }
  judge(question: Question, place: Place, met: boolean | null): void {
    const all = { ...((this.value(question.name, place.item) ?? {}) as Record<string, never>) } as Record<
      string,
      object
    >;
    const next = toggled(all[place.criterion ?? ''] as never, met);
    if (next) all[place.criterion ?? ''] = next;
    else delete all[place.criterion ?? ''];
    this.set(question.name, place.item, Object.keys(all).length > 0 ? (all as never) : undefined);
  }

  /** To the next or previous place of the same question; stays at the ends. */
  move(by: number): Place | null {
    const question = this.at && this.question(this.at.question);
    if (!this.at || !question) return null;
    const places = this.placesOf(question);
    const now = places.findIndex((place) => this.isAt(place));
    const next = places[Math.max(0, Math.min(places.length - 1, now + by))] ?? null;
    if (next) this.at = next;
    return next;
  }

  /** From a question where one answer was just chosen to the next place; stays where there may be more to say. */
  onward(): void {
    const at = this.at;
    const question = at && this.question(at.question);
    if (!at || !question || !['label', 'rating', 'pairwise'].includes(question.type)) return;
    if (this.value(question.name, at.item) === undefined) return;
    const now = this.places.findIndex((place) => this.isAt(place));
    this.at = this.places[now + 1] ?? at;
  }

  /** What is missing; remembered, so that each question can say its own. */
  check(): Complaint[] {
    const unread = Object.values(this.#unread).filter((one) => this.#asked.has(one.question));
    const missing = complaints(this.task, this.answers);
    // Said as unread, it is not also said to be missing.
    const told = [
      ...unread,
      ...missing.filter((one) => !unread.some((two) => two.question === one.question)),
    ];
    const order = this.questions.map((question) => question.name);
    this.told = told.sort((a, b) => order.indexOf(a.question) - order.indexOf(b.question));
    return this.told;
  }
  toSubmit(): Answers {
    return toSubmit(this.task.schema, this.answers);
  }

  #forget(question: string): void {
    this.#unread = Object.fromEntries(
      Object.entries(this.#unread).filter(([, one]) => one.question !== question),
    );
  }
  #go(step: Step<Answers> | null): string | null {
    if (!step) return null;
    this.answers = step.state;
    this.told = [];
    this.#unread = {};
    this.at = this.places.find((place) => place.question === step.at) ?? this.places[0] ?? null;
    this.onchange();
    return step.at;
  }
  /** `typed`: letter by letter, so that a run of it is one change. */
  #put(question: string, answer: Answer, typed = false): void {
    if (this.readOnly) return;
    this.#steps.before(this.answers, question, typed);
    const next = { ...this.answers };
    if (Object.keys(answer).length > 0) next[question] = answer;
    else delete next[question];
    this.answers = next;
    this.told = this.told.filter((complaint) => complaint.question !== question);
    this.onchange();
  }
}
