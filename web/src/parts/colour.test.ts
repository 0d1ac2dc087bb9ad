import { expect, test } from 'vitest';
import { clientColour, letteringOn } from './colour.ts';

test('only a plain colour is taken from the server', () => {
  expect(clientColour('#AbC', 'HERON')).toBe('#AAbbCC');
  expect(clientColour('#1d4e89', 'HERON')).toBe('#1d4e89');
  expect(clientColour('url(x)', 'HERON')).toMatch(/^#[0-9a-f]{6}$/);
  expect(clientColour(null, 'HERON')).toBe(clientColour('red;', 'HERON'));
});

test('lettering is the easier of black and white', () => {
  expect(letteringOn('#ffee00')).toBe('#000000');
  expect(letteringOn('#102040')).toBe('#ffffff');
});
