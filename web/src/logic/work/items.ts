// What a question is asked about: the record as a whole, or each candidate, message or step. And in which order
// and under which name a person is shown it.

import type { Content, FieldContent, Presented, Question } from '../../api/types.ts';

export type Shown = { id: string; name: string; content: string };

/** A, B, … Z, AA, AB: by the place in which it is shown, so that it says nothing about where it came from. */
export function letter(place: number): string {
  let out = '';
  for (let n = place; n >= 0; n = Math.floor(n / 26) - 1) out = String.fromCharCode(65 + (n % 26)) + out;
  return out;
}

/** `items` in the order presented. What the order does not name comes after, so that nothing is ever hidden. */
export function inOrder<T extends { id: string }>(
  items: readonly T[],
  order: readonly string[] | undefined,
): T[] {
  if (!order) return [...items];
  const place = new Map(order.map((id, i) => [id, i]));
  return items
    .map((item, i) => ({ item, at: place.get(item.id) ?? order.length + i }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** The parts of a field, in the order shown, with the names people use for them. A text is one part. */
export function partsOf(field: FieldContent | undefined, order?: readonly string[]): Shown[] {
  switch (field?.type) {
    case 'candidates':
      return inOrder(field.items, order).map((item, i) => ({ ...item, name: letter(i) }));
    case 'criteria':
      return inOrder(field.items, order).map((item, i) => ({ ...item, name: `${i + 1}` }));
    case 'steps':
      return inOrder(field.items, order).map((item, i) => ({ ...item, name: `Step ${i + 1}` }));
    case 'chat':
      return field.messages.map((m, i) => ({ id: m.id, name: `Message ${i + 1}`, content: m.content }));
    case 'text':
      return [{ id: '', name: '', content: field.text }];
    default:
      return [];
  }
}

/** Whether a question has an answer per part of its field, not one for the record. */
export const isPerItem = (question: Question): boolean => (question.per ?? 'record') !== 'record';

/** The parts a question is asked about; `null` if it is asked about the record. */
export function askedAbout(question: Question, content: Content, presented: Presented): Shown[] | null {
  if (!isPerItem(question)) return null;
  const field = question.on ?? '';
  return partsOf(content[field], presented[field]);
}
