// What an expert is told of how he answers: rough, late, and never as a verdict. Pure.

import type { Roughly, ToldAbility, ToldChange } from '../../api/openapi.ts';

/** `between 65 and 95 %`. */
export const between = ({ from, to }: Roughly): string => `between ${from} and ${to} %`;

const day = (at: string): string =>
  new Date(at).toLocaleDateString('en', { day: 'numeric', month: 'long', timeZone: 'UTC' });

/** One question, all answers together. */
export const abilityWords = ({ right }: ToldAbility): string =>
  `${between(right)} of your answers are right, by what others answered to the same tasks and by what is known of them.`;

/** Its weeks, oldest first. */
export const weekWords = ({ weeks }: ToldAbility): string[] =>
  weeks.map(({ from, right }) => `Week of ${day(from)}: ${between(right)}.`);

/** Since when it is better or worse. */
export function changeWords({ since, before, after }: ToldChange): string {
  const more = after.from + after.to > before.from + before.to ? 'more' : 'fewer';
  return `Since the week of ${day(since)} ${more} of them were right: ${between(after)}, before that ${between(before)}.`;
}
