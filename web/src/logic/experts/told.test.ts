import { expect, test } from 'vitest';
import { abilityWords, changeWords, habitWords, weekWords } from './told.ts';

const ability = {
  right: { from: 70, to: 90 },
  weeks: [{ from: '2026-11-05T00:00:00.000000Z', right: { from: 60, to: 95 } }],
};

test('what somebody is told is a range, and of weeks too', () => {
  expect(abilityWords(ability)).toMatch(/^between 70 and 90 % of your answers are right/);
  expect(weekWords(ability)).toEqual(['Week of November 5: between 60 and 95 %.']);
});

test('a change is told with its day, for the better and for the worse', () => {
  const [low, high] = [
    { from: 20, to: 55 },
    { from: 80, to: 100 },
  ];
  expect(changeWords({ since: '2026-11-03', before: high, after: low })).toBe(
    'Since the week of November 3 fewer of them were right: between 20 and 55 %, before that between 80 and 100 %.',
  );
  expect(changeWords({ since: '2026-11-03', before: low, after: high })).toMatch(
    /^Since the week of November 3 more/,
  );
});

test('whose numbers run high, low or neither is told in ranges', () => {
  const spread = { from: 1.5, to: 3.5 };
  expect(habitWords({ bias: { from: 9, to: 11.5 }, spread })).toBe(
    'your answers run high, by between 9 and 11.5 on average. Around that they scatter by between 1.5 and 3.5, a standard deviation. In the unit of the answers, by what others answered to the same tasks and by what is known of them.',
  );
  expect(habitWords({ bias: { from: -4000, to: -2000 }, spread })).toMatch(
    /^your answers run low, by between 2,000 and 4,000 on average/,
  );
  expect(habitWords({ bias: { from: -1, to: 2 }, spread })).toMatch(
    /cannot be told from chance: on average from 1 below to 2 above\./,
  );
  expect(habitWords({ bias: { from: 0, to: 0 }, spread: { from: 0, to: 0 } })).toMatch(
    /^your answers run neither high nor low\. Around that they scatter by 0,/,
  );
});
