import { describe, expect, test } from 'vitest';
import type {
  BatchSampling,
  CostFigures,
  JudgeFigures,
  ModelFigures,
  NumberFigures,
  NumberHabit,
  QuestionFigures,
  ReviewFigures,
} from '../../api/openapi.ts';
import {
  againWords,
  alphaWords,
  betweenWords,
  askingWords,
  bits,
  changedWords,
  confusedWords,
  coefficient,
  costWords,
  differWords,
  dominantWords,
  effective,
  estimate,
  foundedOn,
  gammaWords,
  habitWords,
  hiddenWords,
  judgeRows,
  leakWords,
  moreWords,
  numbersFoundedOn,
  planStatus,
  planWords,
  quantity,
  reasonWords,
  samplingWords,
  setsWords,
  sharesOf,
  toleranceWords,
  verdictsWords,
} from './words.ts';

const model: ModelFigures = {
  classes: [],
  confusion: [],
  contested: [],
  expected_error: { value: 0.08, low: 0.06, high: 0.1 },
  gold: 0,
  gold_error: null,
  method: 'pool',
  seed: 1,
  temperature: null,
  verified: false,
  version: 1,
  with_more: [0.05, 0.03],
} as unknown as ModelFigures;
const cost: CostFigures = {
  accepted: 20,
  answers: 50,
  reviews: 10,
  decisions: 1,
  answers_per_accepted: 2.5,
  active_ms_per_accepted: 90_000,
  price: { per_answer: 2.5, currency: 'EUR', per_accepted: 6.25 },
};
const figures = (low: number, high: number): QuestionFigures =>
  ({
    agreement: {
      scale: 'nominal',
      alpha: { value: (low + high) / 2, low, high },
      ac1: null,
      dominant_share: 0.5,
      by_week: [],
    },
  }) as unknown as QuestionFigures;

test('reviews are told with the size of their fixes and what they were for', () => {
  const reasons = { incorrect: 4, unclear_writing: 7, other: 1, incomplete: 4 };
  expect(reasonWords(reasons)).toBe('unclear writing (7), incomplete (4), incorrect (4)');
  expect(reasonWords({})).toBe('');
  const mean = { value: 0.21, low: 0.1, high: 0.32 };
  const reviews = { verdicts: { accept: 30, fix: 8 }, reasons, fix_size: { fixes: 8, mean } };
  expect(verdictsWords(reviews as unknown as ReviewFigures)).toBe(
    '30 accepted, 8 fixed; most often for unclear writing (7), incomplete (4), incorrect (4). A fix changed 21 % (10 % to 32 %) of an answer on average.',
  );
  const plain = { verdicts: { accept: 2 }, reasons: {}, fix_size: null };
  expect(verdictsWords(plain as unknown as ReviewFigures)).toBe('2 accepted.');
});

test('gamma says what it rests on, and what was left out', () => {
  const gamma = {
    gamma: { value: 0.62, low: 0.5, high: 0.7 },
    texts: 40,
    left_out: 0,
    near: 0,
    near_by_chance: 0,
  };
  const of = (gamma: unknown) => ({ agreement: { gamma } }) as unknown as QuestionFigures;
  expect(gammaWords(of(null))).toBeNull();
  expect(gammaWords(of(gamma))).toBe(
    'On marks as a whole, where and what: gamma 0.62 (0.50 to 0.70), over 40 texts.',
  );
  expect(gammaWords(of({ ...gamma, left_out: 1 }))).toMatch(/; 1 text was left out, since/);
});

test('a change says since when, from what to what, and how probable it is by chance', () => {
  const score = (right: number, total: number, low: number, high: number) => ({
    right,
    total,
    share: { value: right / total, low, high },
  });
  const change = {
    since: '2026-11-03T23:30:00.000000Z',
    before: score(57, 60, 0.86, 0.99),
    after: score(10, 20, 0.27, 0.73),
    chance: 0.00005,
  };
  expect(changedWords(change)).toBe(
    'Since November 3, 2026 fewer gold tasks are answered rightly: 50 % (27 % to 73 %) of 20, before 95 % (86 % to 99 %) of 60. By chance: less than 1 in 1,000.',
  );
  expect(changedWords({ ...change, before: change.after, after: change.before, chance: 0.004 })).toMatch(
    /^Since .* more gold tasks .* By chance: 1 in 250\.$/,
  );
});

test('an interval that reads like its figure is not told', () => {
  const percents = (n: number): string => `${Math.round(n * 100)} %`;
  expect(estimate({ value: 0.5, low: 0.4, high: 0.6 }, percents)).toBe('50 % (40 % to 60 %)');
  expect(estimate({ value: 0.001, low: 0, high: 0.002 }, percents)).toBe('0 %');
  expect(estimate({ value: 0.001, low: 0, high: 0.02 }, percents)).toBe('0 % (0 % to 2 %)');
});

describe('the words of quality', () => {
  test('say that nothing verified a model without gold, and by how much gold is too little', () => {
    expect(foundedOn(model)).toMatch(/^Model-based, not verified: this project has no gold/);
    expect(foundedOn({ ...model, gold: 1 })).toContain('1 item of gold is too few');
    expect(foundedOn({ ...model, gold: 3, decided: 4 })).toContain(
      '3 items of gold and 4 items that an adjudicator decided are too few',
    );
    const checked = { ...model, verified: true, gold: 40, gold_error: { value: 0.1, low: 0.03, high: 0.24 } };
    expect(foundedOn(checked)).toBe('Checked on 40 items of gold. Wrong of the gold: 10 % (3 % to 24 %).');
  });

  test('never call agreement high while the interval says otherwise', () => {
    expect(alphaWords(figures(0.75, 0.9))).toContain('tentative');
    expect(alphaWords(figures(-0.67, 1))).toContain('Too few answers');
    expect(alphaWords(figures(0.81, 0.9))).toContain('rely');
    expect(alphaWords(figures(0.1, 0.6))).toContain('Too low');
    expect(
      alphaWords({ ...figures(0, 1), agreement: { ...figures(0, 1).agreement, alpha: null } }),
    ).toContain('Undefined');
  });

  test('warn of a dominant class and say what more would buy', () => {
    const one = figures(0.2, 0.4);
    const skewed = {
      ...one,
      agreement: { ...one.agreement, dominant_share: 0.93, ac1: { value: 0.9, low: 0.85, high: 0.94 } },
    };
    expect(dominantWords(skewed)).toContain('0.90 (0.85 to 0.94)');
    expect(dominantWords(one)).toBeNull();
    expect(moreWords(model, null)).toBe(
      'With one more answer to each, 5 % would be expected to be wrong, with two 3 %.',
    );
    expect(moreWords(model, cost)).toContain('For the 20 tasks done: 20 more answers, EUR 50.00.');
    expect(coefficient(-0.25)).toBe('−0.25');
  });
});

test('what a task took is said with all that is in it, and money only where there is a price', () => {
  expect(costWords(cost)).toBe(
    '50 answers, 10 reviews, 1 decision for 20 tasks done: gold, returned and late answers count too. At EUR 2.50 an answer, as this project states it; reviews and decisions have no price here.',
  );
  expect(costWords({ ...cost, price: null, reviews: 0, decisions: 0 })).toContain('states no price');
});

test('a leak is said by what was seen and by how often chance does that', () => {
  const leak = {
    before: 12,
    answers: 20,
    right: 20,
    expected: 14.2,
    chance: 0.00005,
    question: 'q',
    person: 'p-1',
    task: null,
  };
  expect(leakWords(leak)).toBe(
    '20 of 20 right after 12 answers, where 14.2 were to be expected. By chance: less than 1 in 1,000.',
  );
});

test('a sample of reviews meets its plan, or not, or is too small to say', () => {
  const one = {
    sample: 181,
    wrong: 4,
    at_most: 0.0497,
    plan: [181, 4] as [number, number],
    bad: 0.05,
    good: 0.01,
  };
  expect(samplingWords({ ...one, met: true })).toContain('; it is met.');
  expect(samplingWords({ ...one, met: false })).toContain('; it is not met.');
  expect(samplingWords({ ...one, sample: 20, met: null })).toContain('too small to say');
});

test('reviewers are measured by what is known and by one another', () => {
  const share = { value: 0.75, low: 0.6, high: 0.86 };
  expect(againWords({ answers: 40, same: share, ac1: null })).toBe(
    '40 answers were judged twice, blind: both decided the same on 75 % (60 % to 86 %).',
  );
  const score = { right: 9, total: 12, share, missed: 3, false_alarms: 0, told: [0, 0] as [number, number] };
  expect(hiddenWords(score)).toBe('9 of 12; 3 wrong accepted');
});

describe('asking until an answer is sure enough', () => {
  const asking = {
    unsure: 0,
    asked: 0,
    at_the_cap: 0,
    too_little: 0,
    drawn: 0,
    most_bits: null,
    least_bits: null,
  };
  test('says who is asked about and why the others are not', () => {
    expect(askingWords(asking)).toBe('Every done task is sure enough.');
    expect(
      askingWords({
        ...asking,
        unsure: 34,
        asked: 20,
        too_little: 12,
        at_the_cap: 2,
        drawn: 1,
        most_bits: 0.4,
        least_bits: 0.05,
      }),
    ).toBe(
      'Of 34 done tasks not sure enough: 20 asked about once more; 12 not, since an answer is expected to tell less than 0.05 bits; 2 not, since no more may be asked. The most telling answer among them is expected to tell 0.40 bits. 1 other was drawn at random, to see whether sure means right.',
    );
  });
  test('says what was judged before this report, and how much of it the report sees otherwise', () => {
    const seen = (at_once_otherwise: number) => askingWords({ ...asking, at_once: 40, at_once_otherwise });
    expect(seen(2)).toBe(
      'Every done task is sure enough. Since the report before, 40 done tasks had an answer judged at once; this report sees 2 of them on the other side of what is sure enough.',
    );
    expect(seen(0)).toContain('sees none of them on the other side');
  });
  test('shows little information with as many places as it takes', () => {
    expect([0, 1, 0.5, 0.0004].map(bits)).toEqual(['0.00 bits', '1.00 bit', '0.50 bits', '0.0004 bits']);
  });
});

describe('a batch', () => {
  const sampling: BatchSampling = {
    answers: 300,
    sample: 60,
    wrong: 1,
    at_most: 0.06,
    plan: [120, 2],
    bad: 0.05,
    good: 0.01,
    met: null,
  };
  test('says whether its plan is met, and what it asks for', () => {
    expect(planStatus(sampling)).toEqual({ word: 'Too few reviewed', tone: 'plain' });
    expect(planStatus({ ...sampling, met: true }).word).toBe('Met');
    expect(planStatus({ ...sampling, met: false })).toEqual({ word: 'Not met', tone: 'bad' });
    expect(planWords(sampling)).toBe('At most 6 % of 300 answers; the plan: 120 reviewed, at most 2 wrong.');
  });
});

describe('what is left and what is confused', () => {
  test('sets are counted as shares of all tasks', () => {
    const sets = { level: 0.95, gold: 40, one: 82, several: 18, every: 0 };
    expect(setsWords(sets)).toBe(
      'With 95 % certainty one answer is left for 82 % of 100 tasks; several for 18 %. By 40 gold tasks, as far as gold is a random sample.',
    );
    expect(setsWords({ ...sets, one: 0, several: 0 })).toBe('');
    expect(setsWords({ ...sets, several: 0, every: 18 })).toContain('every answer for 18 %');
  });
  test('where methods differ it says whether that matters', () => {
    const differ = { items: 12, of: 80, warning: true, tasks: [] };
    expect(differWords(differ)).toBe(
      'Methods name different answers for 12 items of 80 (15 %): more than a tenth, so which one is taken matters',
    );
    expect(differWords({ ...differ, items: 1, warning: false })).toBe(
      'Methods name different answers for 1 item of 80 (1 %)',
    );
  });
  test('counts become shares, and nothing stays nothing', () => {
    expect(
      sharesOf([
        [3, 1],
        [0, 0],
      ]),
    ).toEqual([
      [0.75, 0.25],
      [0, 0],
    ]);
    expect([3, 6.82, 41.6].map(effective)).toEqual(['3', '6.8', '42']);
  });
  test('a confusion says what truth it was held against', () => {
    const words = (known: number) => confusedWords({ answers: 50, known, rows: [], pairs: [] });
    expect(words(0)).toContain('from 50 answers; true by a consensus made without this person.');
    expect(words(50)).toContain('true by gold or a decision.');
    expect(words(20)).toContain(
      'by gold or a decision for 20, by a consensus made without this person for the others',
    );
  });
});

test('models stand in order of how surely they are right, where anything is known', () => {
  const judge = (name: string, low: number): JudgeFigures => ({
    judge: name,
    answers: 40,
    ability: { tone: { chance: { value: low + 0.1, low, high: low + 0.2 }, answers: 40, by_week: [] } },
    confusion: {},
    gold: null,
  });
  const rows = judgeRows([judge('heron-1', 0.5), judge('marlin-7b', 0.7)], 'tone');
  expect(rows.map((row) => [row.name, row.note])).toEqual([
    ['Model judge marlin-7b', '40 answers'],
    ['Model judge heron-1', '40 answers'],
  ]);
  expect(judgeRows([judge('heron-1', 0.5)], 'other')).toEqual([]);
});

const numbers: NumberFigures = {
  method: 'pool',
  version: 2,
  seed: 1,
  verified: false,
  methods: [],
  level: 0.95,
  widened_by: null,
  gold: 0,
  decided: 0,
  gold_error: null,
  expected_error: { value: 2.345_67, low: 2.1, high: 2.6 },
  tolerance: null,
  outside: null,
  gold_outside: null,
  contested: [],
};

test('numbers are said in their own unit, with what they rest on', () => {
  expect([0, 1234.5678, -0.012_345_6, 2.5e9].map(quantity)).toEqual([
    '0',
    '1,235',
    '−0.01235',
    '2,500,000,000',
  ]);
  expect(numbersFoundedOn(numbers, 'number')).toBe('Model-based, not verified: no gold (30 are needed).');
  const gold_error = { value: 2, low: 1.5, high: 2.5 };
  const gold = { ...numbers, verified: true, gold: 40, gold_error, widened_by: 0.75 };
  expect(numbersFoundedOn(gold, 'number')).toBe(
    'Checked by gold. On 40 items of gold off by 2 (1.5 to 2.5). Gold moved either end of the intervals outward by 0.75.',
  );
  expect(numbersFoundedOn({ ...gold, verified: false, gold: 2 }, 'number')).toBe(
    'Model-based, not verified: 2 items of gold (30 are needed). On 2 items of gold off by 2 (1.5 to 2.5).',
  );
  expect(numbersFoundedOn({ ...gold, widened_by: -0.05 }, 'rubric_scores')).toMatch(
    /Gold moved either end of the intervals inward by 5 % of what a criterion is worth\.$/,
  );
  expect(toleranceWords(numbers)).toBeNull();
  const outside = { value: 0.1, low: 0.05, high: 0.2 };
  expect(toleranceWords({ ...gold, tolerance: 4, outside, gold_outside: outside })).toBe(
    '10 % (5 % to 20 %) are expected to be off by more than 4, of the gold 10 % (5 % to 20 %) were.',
  );
});

test('a lean is named only where chance would not explain it', () => {
  const habit: NumberHabit = {
    bias: { value: 10, low: 9, high: 11 },
    spread: { value: 2, low: 1.5, high: 3 },
    answers: 100,
    known: 40,
    gold: 40,
    gold_error: null,
  };
  expect(habitWords(habit)).toBe(
    'Runs high by 10 (9 to 11). Scatters by 2 (1.5 to 3). From 100 answers, 40 of them known.',
  );
  expect(habitWords({ ...habit, bias: { value: -10, low: -11, high: -9 } })).toContain(
    'Runs low by 10 (9 to 11).',
  );
  expect(habitWords({ ...habit, bias: { value: -1, low: -3, high: 1 }, known: 0 })).toBe(
    'No lean that chance would not explain: −1 (−3 to 1). Scatters by 2 (1.5 to 3). From 100 answers.',
  );
});

test('what tasks get between two reports is said with how far off it is', () => {
  expect(betweenWords(model)).toBeNull();
  expect(betweenWords({ ...model, between: 0.023 })).toBe(
    'Tasks done after this report get their probability at once, by what it knows of people: on average within 2 % of what the next one says.',
  );
});
