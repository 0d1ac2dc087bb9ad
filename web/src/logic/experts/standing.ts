// The words of an expert's standing, and what a project asks, as the pages say it. Pure.

import type { Bar, Bars, StandingState } from '../../api/types.ts';
import type { IconName } from '../../parts/icons.ts';

type Said = { word: string; tone: 'good' | 'warn' | 'bad'; icon: IconName };
export const stateWords: Record<StandingState, Said> = {
  active: { word: 'Active', tone: 'good', icon: 'ok' },
  probation: { word: 'On probation', tone: 'warn', icon: 'warn' },
  paused: { word: 'Paused', tone: 'bad', icon: 'pause' },
};

/** A sentence of the server as one that stands by itself. */
export function sentence(words: string): string {
  const text = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.?]$/.test(text) ? text : `${text}.`;
}

const share = (n: number): string => `${Number((n * 100).toFixed(2))} %`;

function barWords(bar: Bar, of: string): string {
  const paused = bar.pause_below > 0 ? `; paused when surely below ${share(bar.pause_below)}` : '';
  return `${of}: on probation when surely below ${share(bar.probation_below)}${paused}.`;
}

/** What a project asks, one sentence for each bar. */
export function askedWords(asked: Bars | null | undefined): string[] {
  if (!asked) return [];
  return [
    ...(asked.gold ? [barWords(asked.gold, 'Right on tasks whose answer is known')] : []),
    ...(asked.review ? [barWords(asked.review, 'Accepted as they are in review')] : []),
  ];
}

/** The fields of the form, in percent; an empty one sets no bar. */
export type BarFields = {
  goldProbation: string;
  goldPause: string;
  reviewProbation: string;
  reviewPause: string;
  atLeast: string;
  pauseDays: string;
};

const inPercent = (n: number | undefined): string => (n ? String(Number((n * 100).toFixed(2))) : '');

export const fieldsOf = (asked: Bars | null | undefined): BarFields => ({
  goldProbation: inPercent(asked?.gold?.probation_below),
  goldPause: inPercent(asked?.gold?.pause_below),
  reviewProbation: inPercent(asked?.review?.probation_below),
  reviewPause: inPercent(asked?.review?.pause_below),
  atLeast: String(asked?.at_least ?? 20),
  pauseDays: String(asked?.pause_days ?? 30),
});

export function barsOf(fields: BarFields): Bars {
  const bar = (probation: string, pause: string): Bar | null =>
    probation.trim() === ''
      ? null
      : { probation_below: Number(probation) / 100, pause_below: Number(pause || '0') / 100 };
  return {
    gold: bar(fields.goldProbation, fields.goldPause),
    review: bar(fields.reviewProbation, fields.reviewPause),
    at_least: Number(fields.atLeast),
    pause_days: Number(fields.pauseDays),
  };
}
