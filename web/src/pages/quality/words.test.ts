import { describe, expect, test } from 'vitest';
import type { ModelFigures, QuestionFigures } from '../../api/openapi.ts';
import {
  againWords,
  alphaWords,
  coefficient,
  dominantWords,
  foundedOn,
  hiddenWords,
  moreWords,
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

describe('the words of quality', () => {
  test('say that nothing verified a model without gold, and by how much gold is too little', () => {
    expect(foundedOn(model)).toMatch(/^Model-based, not verified: this project has no gold/);
    expect(foundedOn({ ...model, gold: 1 })).toContain('1 gold item is too few');
    const checked = { ...model, verified: true, gold: 40, gold_error: { value: 0.1, low: 0.03, high: 0.24 } };
    expect(foundedOn(checked)).toBe(
      'Checked on 40 items with known answers: 10 % of them wrong (3 % to 24 %).',
    );
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
    expect(moreWords(model)).toBe(
      'With one more answer to each, 5 % would be expected to be wrong, with two 3 %.',
    );
    expect(coefficient(-0.25)).toBe('−0.25');
  });
});

test('reviewers are measured by what is known and by one another', () => {
  const share = { value: 0.75, low: 0.6, high: 0.86 };
  expect(againWords({ answers: 40, same: share, ac1: null })).toBe(
    '40 answers were judged twice, blind: both decided the same on 75 % (60 % to 86 %).',
  );
  const score = { right: 9, total: 12, share, missed: 3, false_alarms: 0, told: [0, 0] as [number, number] };
  expect(hiddenWords(score)).toBe('9 of 12; 3 wrong accepted');
});
