import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
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

// Machado, Oliveira and Fernandes (2009), full severity: what each kind of eye makes of linear red, green and blue.
const eyes = {
  usual: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protan: [0.152, 1.053, -0.205, 0.115, 0.786, 0.099, -0.004, -0.048, 1.052],
  deutan: [0.367, 0.861, -0.228, 0.28, 0.673, 0.047, -0.012, 0.043, 0.969],
  tritan: [1.256, -0.077, -0.179, -0.078, 0.931, 0.148, 0.005, 0.691, 0.304],
};

/** CIE L*a*b* of `#rrggbb` as an eye sees it. */
function seen(colour: string, eye: readonly number[]): [number, number, number] {
  const linear = [1, 3, 5].map((at) => {
    const c = parseInt(colour.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  const through = (of: readonly number[], from: readonly number[]): number[] =>
    [0, 3, 6].map((row) => from.reduce((sum, c, i) => sum + c * (of[row + i] ?? 0), 0));
  const rgb = through(eye, linear).map((c) => Math.min(1, Math.max(0, c)));
  const xyz = through([0.4124, 0.3576, 0.1805, 0.2126, 0.7152, 0.0722, 0.0193, 0.1192, 0.9505], rgb);
  const [x, y, z] = [0.9505, 1, 1.0888].map((white, i) => {
    const t = (xyz[i] ?? 0) / white;
    return t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116;
  }) as [number, number, number];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const apart = (a: string, b: string, eye: readonly number[]): number => {
  const [one, other] = [seen(a, eye), seen(b, eye)];
  return Math.hypot(...one.map((c, i) => c - (other[i] ?? 0)));
};

test('labels are told apart by every eye in either theme, the first four easily', () => {
  const tokens = readFileSync(fileURLToPath(new URL('../styles/tokens.css', import.meta.url)), 'utf8');
  const pairs = [...tokens.matchAll(/--label-\d: light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)];
  expect(pairs.length).toBe(8);
  for (const [theme, ground] of [
    [1, '#fbfbf9'],
    [2, '#131417'],
  ] as const) {
    const labels = pairs.map((found) => found[theme] as string);
    for (const [i, label] of labels.entries()) {
      // Three to one against the ground is a difference of some 35 in lightness.
      expect(apart(label, ground, eyes.usual), label).toBeGreaterThan(35);
      for (const [j, other] of labels.entries())
        for (const [eye, sees] of Object.entries(eyes))
          if (j < i)
            expect(apart(label, other, sees), `${label} and ${other}, ${eye}`).toBeGreaterThan(
              i < 4 ? 20 : 9,
            );
    }
  }
});
