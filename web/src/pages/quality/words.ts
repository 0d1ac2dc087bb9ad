// The sentences of the quality page: each figure says how sure it is and what it rests on. Pure.

import type {
  AgainFigures,
  Estimate,
  HiddenScore,
  ModelFigures,
  QuestionFigures,
  Report,
} from '../../api/openapi.ts';
import { count, percent } from '../../frame/figures.ts';

/** A coefficient from -1 to 1. */
export const coefficient = (n: number): string => n.toFixed(2).replace('-', '−');

export const interval = (one: Estimate, words: (n: number) => string): string =>
  `${words(one.low)} to ${words(one.high)}`;

/** What alpha says in words. The bounds are Krippendorff's own: below 0.667 no conclusion, from 0.8 on reliable. */
export function alphaWords(figures: QuestionFigures): string {
  const alpha = figures.agreement.alpha;
  if (!alpha) return 'Undefined: no item has two answers yet, or everybody said the same throughout.';
  if (alpha.high < 0.667)
    return 'Too low to conclude anything: look at the guideline and at the items below.';
  if (alpha.low >= 0.8) return 'High enough to rely on.';
  if (alpha.low >= 0.667) return 'Enough for tentative conclusions; more answers would say more.';
  return 'Too few answers to say whether people agree: more of them will tell.';
}

/** Where one class dominates, alpha is low however well people agree. */
export function dominantWords(figures: QuestionFigures): string | null {
  const share = figures.agreement.dominant_share;
  if (!share || share < 0.8 || !figures.agreement.ac1) return null;
  return `${percent(share)} of all answers are the same. Alpha is harsh then; Gwet’s AC1 is ${coefficient(figures.agreement.ac1.value)} (${interval(figures.agreement.ac1, coefficient)}).`;
}

/** What the probabilities are founded on. */
export function foundedOn(model: ModelFigures): string {
  if (model.verified) {
    const error = model.gold_error;
    const checked = `Checked on ${count(model.gold, 'item')} with known answers`;
    return error
      ? `${checked}: ${percent(error.value)} of them wrong (${interval(error, percent)}).`
      : `${checked}.`;
  }
  return model.gold > 0
    ? `Model-based, not verified: ${count(model.gold, 'gold item')} ${model.gold === 1 ? 'is' : 'are'} too few (30 are needed).`
    : 'Model-based, not verified: this project has no gold. A crowd that errs together would not be noticed.';
}

/** What more answers would buy. */
export function moreWords(model: ModelFigures): string | null {
  const [one, two] = model.with_more;
  if (!model.expected_error || one === undefined) return null;
  const then = two === undefined ? '' : `, with two ${percent(two)}`;
  return `With one more answer to each, ${percent(one)} would be expected to be wrong${then}.`;
}

/** The sentence at the top of the page. */
export function wholeWords(report: Report): string {
  const people = count(report.people.length, 'person', 'people');
  const gold = report.gold_tasks > 0 ? `, ${report.gold_tasks.toLocaleString('en')} of them gold` : '';
  return `${count(report.annotations, 'annotation')} by ${people} to ${count(report.tasks, 'task')}${gold}.`;
}

/** How far two reviewers agree who judged the same answer. */
export function againWords(again: AgainFigures): string {
  const chance = again.ac1
    ? ` Beyond chance (Gwet’s AC1): ${coefficient(again.ac1.value)} (${interval(again.ac1, coefficient)}).`
    : '';
  return `${count(again.answers, 'answer was', 'answers were')} judged twice, blind: both decided the same on ${percent(again.same.value)} (${interval(again.same, percent)}).${chance}`;
}

/** What a reviewer got wrong, and of how many. */
export function hiddenWords(score: HiddenScore): string {
  const wrong = [
    ...(score.missed > 0 ? [`${score.missed} wrong accepted`] : []),
    ...(score.false_alarms > 0 ? [`${score.false_alarms} right not accepted`] : []),
  ];
  return [`${score.right} of ${score.total}`, ...wrong].join('; ');
}
