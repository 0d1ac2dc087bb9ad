import { expect, test } from 'vitest';
import { clientColour, letteringOn } from './colour.ts';

test('every number has a colour, and neighbours differ', () => {
  for (const n of [0, 1, 7, 8, 255, -3, Number.NaN]) expect(clientColour(n)).toMatch(/^#[0-9a-f]{6}$/);
  expect(clientColour(0)).not.toBe(clientColour(1));
});

test('lettering is the easier of black and white', () => {
  expect(letteringOn('#ffee00')).toBe('#000000');
  expect(letteringOn('#102040')).toBe('#ffffff');
});
