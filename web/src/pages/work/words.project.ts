// Words of the project pages that depend on a state.

import type { ProjectStanding } from '../../api/types.ts';
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
