// The sentences of the quality page: each figure says how sure it is and what it rests on. Pure.

import type {
  AgainFigures,
  AskingFigures,
  BatchSampling,
  ChangeFigures,
  CostFigures,
  DifferFigures,
  Estimate,
  HiddenScore,
  JudgeFigures,
  LeakFigures,
  ModelFigures,
  NumberFigures,
  NumberHabit,
  PersonConfusion,
  QuestionFigures,
  Report,
  ReviewFigures,
  SamplingFigures,
  SetFigures,
} from '../../api/openapi.ts';
import { count, percent, significant } from '../../frame/figures.ts';

/** A coefficient from -1 to 1. */
export const coefficient = (n: number): string => n.toFixed(2).replace('-', '−');

/** A figure with its interval, which is left out where both ends read like the figure. */
export function estimate(one: Estimate, words: (n: number) => string): string {
  const [value, low, high] = [words(one.value), words(one.low), words(one.high)];
  return low === value && high === value ? value : `${value} (${low} to ${high})`;
}

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

/** Of marked passages: how far people agree on where they are and what they are. */
export function gammaWords(figures: QuestionFigures): string | null {
  const found = figures.agreement.gamma;
  if (!found) return null;
  const rest =
    found.left_out > 0
      ? `; ${count(found.left_out, 'text was', 'texts were')} left out, since to align all takes too long`
      : '';
  const near =
    (found.near ?? 0) > 0
      ? `; of ${count(found.near ?? 0, 'text')} a better alignment may be there than was found`
      : '';
  return `On marks as a whole, where and what: gamma ${estimate(found.gamma, coefficient)}, over ${count(found.texts, 'text')}${rest}${near}.`;
}

/** Where one class dominates, alpha is low however well people agree. */
export function dominantWords(figures: QuestionFigures): string | null {
  const share = figures.agreement.dominant_share;
  if (!share || share < 0.8 || !figures.agreement.ac1) return null;
  return `${percent(share)} of all answers are the same. Alpha is harsh then; Gwet’s AC1 is ${estimate(figures.agreement.ac1, coefficient)}.`;
}

/** What the probabilities are founded on. */
export function foundedOn(model: ModelFigures): string {
  const decided = model.decided ?? 0;
  const known = [
    ...(model.gold > 0 ? [`${count(model.gold, 'item')} of gold`] : []),
    ...(decided > 0 ? [`${count(decided, 'item')} that an adjudicator decided`] : []),
  ].join(' and ');
  if (model.verified) {
    const error = model.gold_error;
    const wrong = error ? ` Wrong of the gold: ${estimate(error, percent)}.` : '';
    return `Checked on ${known}.${wrong}`;
  }
  return known
    ? `Model-based, not verified: ${known} ${model.gold + decided === 1 ? 'is' : 'are'} too few (30 are needed).`
    : 'Model-based, not verified: this project has no gold. A crowd that errs together would not be noticed.';
}

/** What tasks that are done after a report are given until the next; `null` where they wait for it. */
export const betweenWords = ({ between }: ModelFigures): string | null =>
  between === null || between === undefined
    ? null
    : `Tasks done after this report get their probability at once, by what it knows of people: on average within ${percent(between)} of what the next one says.`;

/** A number of any size, to four figures. */
export const quantity = (n: number): string => significant(n, 4);

/** What intervals and errors of numbers are founded on; of points gold moves them by a share of what a criterion is worth. */
export function numbersFoundedOn(one: NumberFigures, kind: string): string {
  const gold = one.gold_error
    ? ` On ${count(one.gold, 'item')} of gold off by ${estimate(one.gold_error, quantity)}.`
    : '';
  if (!one.verified)
    return `Model-based, not verified: ${one.gold === 0 ? 'no gold' : `${count(one.gold, 'item')} of gold`} (30 are needed).${gold}`;
  const widened = one.widened_by ?? 0;
  const moved =
    widened === 0
      ? ''
      : ` Gold moved either end of the intervals ${widened > 0 ? 'outward' : 'inward'} by ${kind === 'rubric_scores' ? `${percent(Math.abs(widened))} of what a criterion is worth` : quantity(Math.abs(widened))}.`;
  return `Checked by gold.${gold}${moved}`;
}

/** How many numbers are expected to be further off than the schema takes for right; `null` where it does not say. */
export function toleranceWords(one: NumberFigures): string | null {
  if (one.tolerance === null || one.tolerance === undefined || !one.outside) return null;
  const gold = one.gold_outside ? `, of the gold ${estimate(one.gold_outside, percent)} were` : '';
  return `${estimate(one.outside, percent)} are expected to be off by more than ${quantity(one.tolerance)}${gold}.`;
}

/** Whether somebody's answers run high or low, and how far they scatter. */
export function habitWords(one: NumberHabit): string {
  const { value, low, high } = one.bias;
  const by = (bias: Estimate) => estimate(bias, quantity);
  let leans = `No lean that chance would not explain: ${by(one.bias)}`;
  if (low > 0) leans = `Runs high by ${by(one.bias)}`;
  if (high < 0) leans = `Runs low by ${by({ value: -value, low: -high, high: -low })}`;
  const known = one.known > 0 ? `, ${one.known.toLocaleString('en')} of them known` : '';
  return `${leans}. Scatters by ${estimate(one.spread, quantity)}. From ${count(one.answers, 'answer')}${known}.`;
}

/** What more answers would buy, and what one more to each task takes. */
export function moreWords(model: ModelFigures, cost: CostFigures | null | undefined): string | null {
  const [one, two] = model.with_more;
  if (!model.expected_error || one === undefined) return null;
  const then = two === undefined ? '' : `, with two ${percent(two)}`;
  const price = cost?.price ? `, ${money(cost.accepted * cost.price.per_answer, cost.price.currency)}` : '';
  const takes = cost
    ? ` For the ${count(cost.accepted, 'task')} done: ${count(cost.accepted, 'more answer')}${price}.`
    : '';
  return `With one more answer to each, ${percent(one)} would be expected to be wrong${then}.${takes}`;
}

/** An amount as people read it; a currency nobody knows stands before it as it is. */
export function money(amount: number, currency: string): string {
  return new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'code' })
    .format(amount)
    .replace(/\u00a0/g, ' ');
}

/** What an accepted task took, all counted. */
export function costWords(cost: CostFigures): string {
  const others = [
    ...(cost.reviews > 0 ? [count(cost.reviews, 'review')] : []),
    ...(cost.decisions > 0 ? [count(cost.decisions, 'decision')] : []),
  ];
  const all = [count(cost.answers, 'answer'), ...others].join(', ');
  const price = cost.price
    ? ` At ${money(cost.price.per_answer, cost.price.currency)} an answer, as this project states it${others.length > 0 ? '; reviews and decisions have no price here' : ''}.`
    : ' What that costs in money is not known: this project states no price.';
  return `${all} for ${count(cost.accepted, 'task')} done: gold, returned and late answers count too.${price}`;
}

/** An amount of information, from thousands of bits to thousandths of one. */
export const bits = (n: number): string => {
  const shown = n >= 0.01 || n === 0 ? n.toFixed(2) : n.toPrecision(1);
  return `${shown} ${shown === '1.00' ? 'bit' : 'bits'}`;
};

/** Which tasks are asked about once more, and why the others are not. */
export function askingWords(one: AskingFigures): string {
  if (one.unsure === 0) return `Every done task is sure enough.${drawnWords(one.drawn)}${atOnceWords(one)}`;
  const not = [
    ...(one.too_little > 0 && one.least_bits != null
      ? [
          `${one.too_little.toLocaleString('en')} not, since an answer is expected to tell less than ${bits(one.least_bits)}`,
        ]
      : []),
    ...(one.at_the_cap > 0 ? [`${one.at_the_cap.toLocaleString('en')} not, since no more may be asked`] : []),
  ];
  const asked = [`${one.asked.toLocaleString('en')} asked about once more`, ...not].join('; ');
  const most =
    one.most_bits != null
      ? ` The most telling answer among them is expected to tell ${bits(one.most_bits)}.`
      : '';
  return `Of ${count(one.unsure, 'done task')} not sure enough: ${asked}.${most}${drawnWords(one.drawn)}${atOnceWords(one)}`;
}

/** How much of what was decided between two reports the second sees otherwise. */
const atOnceWords = (one: AskingFigures): string => {
  const [tasks, otherwise] = [one.at_once ?? 0, one.at_once_otherwise ?? 0];
  if (tasks === 0) return '';
  const seen = otherwise === 0 ? 'none of them' : `${otherwise.toLocaleString('en')} of them`;
  return ` Since the report before, ${count(tasks, 'done task')} had an answer judged at once; this report sees ${seen} on the other side of what is sure enough.`;
};

const drawnWords = (drawn: number): string =>
  drawn > 0
    ? ` ${count(drawn, 'other was', 'others were')} drawn at random, to see whether sure means right.`
    : '';

/** Whether the reviews that were drawn, as a sample, meet the plan. */
export function samplingWords(one: SamplingFigures): string {
  const [asked, allowed] = one.plan as [number, number];
  const found = `Of ${count(one.sample, 'answer')} drawn at random and reviewed, ${one.wrong} ${one.wrong === 1 ? 'was' : 'were'} fixed or returned: at most ${percent(one.at_most)} of such answers, as submitted, with 95 % certainty.`;
  const plan = `The plan (${asked} answers, ${allowed} wrong) keeps out ${percent(one.bad)} wrong and lets ${percent(one.good)} pass`;
  if (one.met === null || one.met === undefined) return `${found} ${plan}; the sample is too small to say.`;
  return `${found} ${plan}; it is ${one.met ? '' : 'not '}met.`;
}

/** Whether a batch meets its plan, in a word. */
export function planStatus(one: BatchSampling): { word: string; tone: 'good' | 'bad' | 'plain' } {
  if (one.met === true) return { word: 'Met', tone: 'good' };
  return one.met === false ? { word: 'Not met', tone: 'bad' } : { word: 'Too few reviewed', tone: 'plain' };
}

/** What the sample of a batch says, and what the plan asks for. */
export function planWords(one: BatchSampling): string {
  const [asked, allowed] = one.plan;
  return `At most ${percent(one.at_most)} of ${count(one.answers, 'answer')}; the plan: ${asked.toLocaleString('en')} reviewed, at most ${allowed.toLocaleString('en')} wrong.`;
}

/** How often each model is right at a question, the surest first. */
export const judgeRows = (
  judges: JudgeFigures[],
  question: string,
): { name: string; value: number; low: number; high: number; note: string }[] =>
  judges
    .flatMap((one) => {
      const known = one.ability[question];
      return known
        ? [{ name: `Model judge ${one.judge}`, ...known.chance, note: count(known.answers, 'answer') }]
        : [];
    })
    .sort((a, b) => b.low - a.low);

/** Whom or what it is about, and what was seen. */
export function leakWords(leak: LeakFigures): string {
  const since = leak.before === 0 ? 'from the first answer on' : `after ${count(leak.before, 'answer')}`;
  return `${leak.right} of ${leak.answers} right ${since}, where ${leak.expected.toFixed(1)} were to be expected. By chance: ${byChance(leak.chance)}.`;
}

/** Answers that count in part: whole ones without a point. */
export const effective = (n: number): string =>
  n.toLocaleString('en', { maximumFractionDigits: n < 10 ? 1 : 0 });

/** Rows of counts as shares; a row of nothing stays so. */
export const sharesOf = (rows: number[][]): number[][] =>
  rows.map((row) => {
    const sum = row.reduce((all, n) => all + n, 0);
    return row.map((n) => (sum > 0 ? n / sum : 0));
  });

/** What somebody's confusion is reckoned from. */
export function confusedWords({ answers, known }: PersonConfusion): string {
  const rest = answers - known;
  const by =
    known === 0
      ? 'true by a consensus made without this person'
      : rest === 0
        ? 'true by gold or a decision'
        : `true by gold or a decision for ${known.toLocaleString('en')}, by a consensus made without this person for the others`;
  return `What was answered where each class is true, from ${count(answers, 'answer')}; ${by}. An answer where the truth is not certain counts in part for several.`;
}

/** How many answers are left with certainty. */
export function setsWords(sets: SetFigures): string {
  const all = sets.one + sets.several + sets.every;
  if (all === 0) return '';
  const parts = [
    ...(sets.several > 0 ? [`several for ${percent(sets.several / all)}`] : []),
    ...(sets.every > 0 ? [`every answer for ${percent(sets.every / all)}`] : []),
  ];
  const rest = parts.length > 0 ? `; ${parts.join(', ')}` : '';
  return `With ${percent(sets.level)} certainty one answer is left for ${percent(sets.one / all)} of ${count(all, 'task')}${rest}. By ${count(sets.gold, 'gold task')}, as far as gold is a random sample.`;
}

/** On how much methods differ, and whether it matters which is taken. */
export function differWords(differ: DifferFigures): string {
  const share = `Methods name different answers for ${count(differ.items, 'item')} of ${differ.of.toLocaleString()} (${percent(differ.items / differ.of)})`;
  return differ.warning ? `${share}: more than a tenth, so which one is taken matters` : share;
}

/** A day, the same wherever it is read. */
export const dayWords = (at: string): string =>
  new Date(at).toLocaleDateString('en', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

/** A week in milliseconds: how far apart two weeks begin. */
export const weekMs = 7 * 86_400_000;

/** A week of a plot by its first day, the same wherever it is read: weeks begin at midnight by UTC. */
export const weekWords = (at: number): string =>
  new Date(at).toLocaleDateString('en', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** How probable something is by chance. */
const byChance = (chance: number): string =>
  chance < 0.001 ? 'less than 1 in 1,000' : `1 in ${Math.round(1 / chance).toLocaleString('en')}`;

/** Since when somebody's answers to gold are better or worse, and by how much. */
export function changedWords({ since, before, after, chance }: ChangeFigures): string {
  const more = after.share.value > before.share.value ? 'more' : 'fewer';
  return `Since ${dayWords(since)} ${more} gold tasks are answered rightly: ${estimate(after.share, percent)} of ${after.total}, before ${estimate(before.share, percent)} of ${before.total}. By chance: ${byChance(chance)}.`;
}

/** The sentence at the top of the page. */
export function wholeWords(report: Report): string {
  const people = count(report.people.length, 'person', 'people');
  const gold = report.gold_tasks > 0 ? `, ${report.gold_tasks.toLocaleString('en')} of them gold` : '';
  const decided = report.decided_tasks
    ? `, ${report.decided_tasks.toLocaleString('en')} decided by an adjudicator`
    : '';
  return `${count(report.annotations, 'annotation')} by ${people} to ${count(report.tasks, 'task')}${gold}${decided}.`;
}

/** How far two reviewers agree who judged the same answer. */
export function againWords(again: AgainFigures): string {
  const chance = again.ac1 ? ` Beyond chance (Gwet’s AC1): ${estimate(again.ac1, coefficient)}.` : '';
  return `${count(again.answers, 'answer was', 'answers were')} judged twice, blind: both decided the same on ${estimate(again.same, percent)}.${chance}`;
}

/** The reasons that were given most, at most three. */
export function reasonWords(reasons: Record<string, number>): string {
  return Object.entries(reasons)
    .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
    .slice(0, 3)
    .map(([word, n]) => `${word.replaceAll('_', ' ')} (${n.toLocaleString('en')})`)
    .join(', ');
}

/** What reviewers decided in all, by how much they fixed, and for what. */
export function verdictsWords(reviews: ReviewFigures): string {
  const done: Record<string, string> = { accept: 'accepted', fix: 'fixed', return: 'returned' };
  const all = Object.entries(reviews.verdicts).map(
    ([word, n]) => `${n.toLocaleString('en')} ${done[word] ?? word}`,
  );
  const size = reviews.fix_size;
  const fixes = size ? ` A fix changed ${estimate(size.mean, percent)} of an answer on average.` : '';
  const reasons = reasonWords(reviews.reasons);
  return `${all.join(', ')}${reasons ? `; most often for ${reasons}` : ''}.${fixes}`;
}

/** What a reviewer got wrong, and of how many. */
export function hiddenWords(score: HiddenScore): string {
  const wrong = [
    ...(score.missed > 0 ? [`${score.missed} wrong accepted`] : []),
    ...(score.false_alarms > 0 ? [`${score.false_alarms} right not accepted`] : []),
  ];
  return [`${score.right} of ${score.total}`, ...wrong].join('; ');
}
