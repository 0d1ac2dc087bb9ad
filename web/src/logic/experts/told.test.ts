import { expect, test } from 'vitest';
import { abilityWords, changeWords, weekWords } from './told.ts';

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
