// What an expert is told of how he answers: rough, late, and never as a verdict. Pure.

import type { RoughNumber, Roughly, ToldAbility, ToldChange, ToldHabit } from '../../api/openapi.ts';
import { significant } from '../../frame/figures.ts';

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

const quantity = (n: number): string => significant(n, 6);
const ends = (from: number, to: number): string =>
  from === to ? quantity(to) : `between ${quantity(from)} and ${quantity(to)}`;

/** Whether the reader's numbers run high or low. */
function lean({ from, to }: RoughNumber): string {
  if (from > 0) return `your answers run high, by ${ends(from, to)} on average`;
  if (to < 0) return `your answers run low, by ${ends(-to, -from)} on average`;
  if (from === to) return 'your answers run neither high nor low';
  return `whether your answers run high or low cannot be told from chance: on average from ${quantity(Math.abs(from))} below to ${quantity(to)} above`;
}

/** How the reader answers with numbers, or with grades. */
export const habitWords = ({ bias, spread }: ToldHabit): string =>
  `${lean(bias)}. Around that they scatter by ${ends(spread.from, spread.to)}, a standard deviation. In the unit of the answers, by what others answered to the same tasks and by what is known of them.`;

/** Since when it is better or worse. */
export function changeWords({ since, before, after }: ToldChange): string {
  const more = after.from + after.to > before.from + before.to ? 'more' : 'fewer';
  return `Since the week of ${day(since)} ${more} of them were right: ${between(after)}, before that ${between(before)}.`;
}
