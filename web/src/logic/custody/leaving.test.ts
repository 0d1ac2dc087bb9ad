import { expect, test } from 'vitest';
import { departureWords, isLive, keyLeaves } from './leaving.ts';

test('what was taken back, or failed, stands in nobody’s way', () => {
  const live = (['building', 'built', 'approved', 'failed', 'ended'] as const).filter((state) =>
    isLive({ state }),
  );
  expect(live).toEqual(['building', 'built', 'approved']);
});

test('each state has a word of its own', () => {
  const words = Object.values(departureWords).map((said) => said.word);
  expect(new Set(words).size).toBe(words.length);
});

test('how a key is withdrawn follows from where it comes from', () => {
  const said = ['command', 'file', 'env', null].map(keyLeaves);
  expect(new Set(said).size).toBe(4);
});
