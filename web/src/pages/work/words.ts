// Words of the expert's pages that depend on a state.

import type { ProjectState } from '../../api/types.ts';
import { ago } from '../../frame/times.ts';

export const skipReasons = [
  { value: 'not_my_field', label: 'Not my field' },
  { value: 'unclear_task', label: 'The task or the guideline is unclear' },
  { value: 'broken_content', label: 'The content is broken or missing' },
  { value: 'conflict_of_interest', label: 'I have a conflict of interest' },
  { value: 'other', label: 'Something else' },
];
export const flagReasons = [
  { value: 'personal_data', label: 'It holds personal data' },
  { value: 'harmful_content', label: 'It is harmful or distressing' },
  { value: 'broken_content', label: 'The content is broken or missing' },
  { value: 'wrong_guideline', label: 'The guideline does not cover it' },
  { value: 'other', label: 'Something else' },
];

/** What keeps a person from a project’s tasks, if anything does. */
export const standing: Record<ProjectState, string | null> = {
  open: null,
  agreement_needed: null,
  guideline_needed: null,
  paused: 'Paused',
  nothing_left: 'Nothing left for you now',
};

export type SaveState = { kept: boolean; saved: boolean; words: string };

/** Where the answers as they stand lie: on this device, with the server, or both. Two states, both said. */
export function saveState(
  at: { keptAtMs: number | null; savedAtMs: number | null; failed: string | null; touched: boolean },
  nowMs: number,
): SaveState {
  const kept = at.keptAtMs !== null;
  const saved = at.savedAtMs !== null;
  const since = (ms: number) => {
    const s = Math.max(0, Math.round((nowMs - ms) / 1000));
    return s < 60 ? `${s} s ago` : ago(new Date(ms).toISOString(), nowMs);
  };
  if (saved) return { kept, saved, words: `Saved ${since(at.savedAtMs as number)}` };
  if (at.failed && kept) return { kept, saved, words: 'Saved on this device only' };
  if (at.failed) return { kept, saved, words: 'Not saved yet' };
  if (kept) return { kept, saved, words: 'Saved on this device' };
  return { kept, saved, words: at.touched ? 'Saving' : 'Nothing to save yet' };
}

/** What a reviewer decided, as a state of the task. */
export const verdictWords: Record<'accept' | 'fix' | 'return', string> = {
  accept: 'accepted',
  fix: 'accepted with your fix',
  return: 'returned',
};
