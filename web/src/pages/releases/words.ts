// Words of releases that depend on a state.

import type { Release, ReleaseState } from '../../api/types.ts';
import type { IconName } from '../../parts/icons.ts';

type Said = { word: string; tone: 'plain' | 'good' | 'warn' | 'bad' | 'accent'; icon?: IconName };
export const releaseWords: Record<ReleaseState, Said> = {
  building: { word: 'Being built', tone: 'accent', icon: 'wait' },
  built: { word: 'Built, not approved', tone: 'warn', icon: 'wait' },
  approved: { word: 'Approved', tone: 'accent', icon: 'ok' },
  delivered: { word: 'Delivered', tone: 'good' },
  failed: { word: 'Failed', tone: 'bad' },
};

export const formats = [
  { value: 'full', label: 'Full', says: 'Every task with its content, answers, consensus and provenance.' },
  {
    value: 'trl_preference',
    label: 'TRL preference',
    says: 'prompt, chosen, rejected. Ties are left out and counted.',
  },
  { value: 'trl_prompt_completion', label: 'TRL prompt and completion', says: 'prompt, completion.' },
  { value: 'trl_messages', label: 'TRL messages', says: 'A conversation a line.' },
];
export const formatWord = (format: string): string =>
  formats.find((one) => one.value === format)?.label ?? format;

/** What is chosen at first: everything, and the format that the project's template is made for. */
export function usualFormats(schema: unknown): string[] {
  const named = (schema as { export?: { trl?: string } } | null | undefined)?.export?.trl;
  return ['full', ...formats.map((one) => one.value).filter((value) => value === `trl_${named ?? ''}`)];
}

export type Step = { word: string; state: 'done' | 'now' | 'later'; at: string | null };
/** Where a release stands on its way, and when it came there. */
export function stepsOf(release: Release): Step[] {
  const built = release.built_at ?? null;
  const delivered = release.delivered_at ?? null;
  const approvals = release.approvals.length;
  const approved =
    approvals >= release.approvals_needed || release.state === 'approved' || delivered !== null;
  const lastApproval = release.approvals.at(-1)?.at ?? null;
  return [
    { word: 'Ordered', state: 'done', at: release.ordered_at },
    { word: 'Built', state: built ? 'done' : release.state === 'failed' ? 'later' : 'now', at: built },
    {
      word: approved ? 'Approved' : `Approved by ${approvals} of ${release.approvals_needed}`,
      state: approved ? 'done' : built ? 'now' : 'later',
      at: approved ? lastApproval : null,
    },
    { word: 'Delivered', state: delivered ? 'done' : approved && built ? 'now' : 'later', at: delivered },
  ];
}
