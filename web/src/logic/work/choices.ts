// Keys and positions of the options of a question: what a digit means in the question that has the focus.

import type { Option, PairwiseValue, Question } from '../../api/types.ts';
import { humanise } from '../../parts/work/names.ts';

export type OptionValue = Option['value'];
export type Choice = { value: OptionValue; title: string; description?: string; key: string | null };

/**
 * The options with their digits. A scale of whole numbers 0-9 keeps its own digits (4 means 4); otherwise the
 * first is 1, the ninth 9, the tenth 0, and what comes after has none.
 */
export function choicesOf(question: Question): Choice[] {
  const options = question.options ?? [];
  const scale = options.every(
    (o) => typeof o.value === 'number' && Number.isInteger(o.value) && o.value >= 0 && o.value <= 9,
  );
  return options.map((option, i) => ({
    value: option.value,
    title: option.title ?? (typeof option.value === 'string' ? humanise(option.value) : String(option.value)),
    description: option.description,
    key: scale ? String(option.value) : i < 9 ? String(i + 1) : i === 9 ? '0' : null,
  }));
}

/** One place on the scale between two candidates, from “A much better” over “the same” to “B much better”. */
export type Place = { value: PairwiseValue; side: 'first' | 'tie' | 'second'; words: string; key: string };

const byStrength: Record<number, string[]> = {
  1: ['better'],
  2: ['slightly', 'much'],
  3: ['slightly', 'clearly', 'much'],
  4: ['slightly', 'moderately', 'clearly', 'much'],
};

/** The scale as shown: the first candidate on the left. Without strength: first, (tie,) second. */
export function pairScale(question: Question, first: string, second: string): Place[] {
  const steps = question.strength ?? 0;
  const words = byStrength[steps] ?? ['better'];
  const one = (id: string, side: Place['side'], i: number): Omit<Place, 'key'> => ({
    value: steps > 0 ? { preferred: id, strength: i + 1 } : { preferred: id },
    side,
    words: words[i] ?? 'better',
  });
  const places = words.map((_, i) => one(first, 'first', i)).reverse();
  if (question.allow_tie) places.push({ value: { preferred: 'tie' }, side: 'tie', words: 'same' });
  places.push(...words.map((_, i) => one(second, 'second', i)));
  return places.map((place, i) => ({ ...place, key: String(i + 1) }));
}

export const samePair = (a: PairwiseValue | undefined, b: PairwiseValue): boolean =>
  a !== undefined && a.preferred === b.preferred && a.strength === b.strength;

/** The letters of span labels: by the place of the label, as its colour is. */
export const labelKey = (place: number): string => (place < 26 ? String.fromCharCode(97 + place) : '');

/** The nearest option in a direction, from none at all: for arrow keys in a group. */
export function step(count: number, at: number, by: number): number {
  if (count === 0) return -1;
  if (at < 0) return by > 0 ? 0 : count - 1;
  return (at + by + count) % count;
}
