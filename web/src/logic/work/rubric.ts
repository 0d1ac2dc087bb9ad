// The total of a rubric and how it comes about. Points may be negative: harm takes away.

import type { Criterion, CriterionScore } from '../../api/types.ts';

export type Total = {
  got: number;
  most: number;
  percent: number | null;
  judged: number;
  unknown: number;
  says: string;
};

/** What a criterion is worth; without points, one. */
export const worth = (criterion: Criterion): number => criterion.points ?? 1;

/**
 * Met criteria over the sum of the positive ones, from 0 to 100 (HealthBench's way). “Cannot tell” counts as not
 * met and is said. Undefined without positive points, or before anything was judged.
 */
export function total(criteria: readonly Criterion[], scores: Record<string, CriterionScore>): Total {
  let got = 0;
  let most = 0;
  let judged = 0;
  let unknown = 0;
  for (const criterion of criteria) {
    const points = worth(criterion);
    if (points > 0) most += points;
    const score = scores[criterion.id];
    if (!score || score.met === undefined) continue;
    judged++;
    if (score.met === null) unknown++;
    else if (score.met) got += score.points ?? points;
  }
  const percent = most > 0 && judged > 0 ? Math.max(0, Math.min(100, (100 * got) / most)) : null;
  return {
    got,
    most,
    percent,
    judged,
    unknown,
    says: words(criteria.length, { got, most, judged, unknown }),
  };
}

function words(count: number, t: { got: number; most: number; judged: number; unknown: number }): string {
  const sum = `${short(t.got)} of ${short(t.most)} points`;
  const open = count - t.judged;
  const notes = [
    open > 0 ? `${open} of ${count} not judged yet` : '',
    t.unknown > 0 ? `${t.unknown} cannot be told, counted as not met` : '',
  ].filter(Boolean);
  return notes.length > 0 ? `${sum}; ${notes.join('; ')}` : sum;
}

const short = (n: number): string => String(Math.round(n * 100) / 100);

/** The next verdict when the same key is pressed again: taken back. */
export const toggled = (
  score: CriterionScore | undefined,
  met: boolean | null,
): CriterionScore | undefined => {
  if (score?.met === met && score !== undefined) return undefined;
  return { ...(score?.rationale ? { rationale: score.rationale } : {}), met };
};
