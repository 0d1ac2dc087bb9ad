// Words of the project pages that depend on a state.

import type { ProjectStanding, QuestionAgreed } from '../../api/types.ts';
import { count, percent, significant } from '../../frame/figures.ts';
import type { IconName } from '../../parts/icons.ts';

type Said = { word: string; tone: 'plain' | 'good' | 'warn'; icon: IconName };
export const standingWords: Record<ProjectStanding, Said> = {
  open: { word: 'Open', tone: 'good', icon: 'ok' },
  paused: { word: 'Paused', tone: 'warn', icon: 'pause' },
  closed: { word: 'Closed', tone: 'plain', icon: 'close' },
};
export const taskStates: { value: string; label: string }[] = [
  { value: '', label: 'Any state' },
  { value: 'open', label: 'Open' },
  { value: 'in_review', label: 'In review' },
  { value: 'done', label: 'Done' },
];
export const taskStateWord = (state: string): string =>
  taskStates.find((one) => one.value === state)?.label ?? state;

/** How a consensus came to be: by how many, of how many, by what. */
export function agreedWords(one: QuestionAgreed): string {
  // A median between two answers is nobody's.
  if (one.of === 1 && one.method !== 'adjudicated') return 'the only answer';
  const many = one.count ? `${one.count} of ${one.of} said so` : count(one.of, 'answer');
  return one.method === 'adjudicated' ? many : `${many}; ${one.method.replaceAll('_', ' ')}`;
}

type Range = NonNullable<QuestionAgreed['range']>;
const shown = (n: unknown) => (typeof n === 'number' ? significant(n, 6) : '–');

/** Between what the true number lies, part by part where there are parts, and how far off the answer is expected to be. */
export function rangeWords({ low, high, level, mean_error }: Range): string {
  const one = (from: unknown, to: unknown) => `${shown(from)} to ${shown(to)}`;
  const parts =
    typeof low === 'object' && low !== null
      ? Object.entries(low)
          .map(([part, from]) => `${part} ${one(from, (high as Record<string, unknown>)[part])}`)
          .join(', ')
      : one(low, high);
  return `${parts} with ${percent(level)}, off by ${significant(mean_error, 2)} on average, by the model`;
}
