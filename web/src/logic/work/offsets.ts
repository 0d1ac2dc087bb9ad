// Positions in text. The server counts Unicode scalar values; a browser's strings count UTF-16 units. Everything
// on the page reckons in UTF-16; only what travels is converted, here.

const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

/** Whether `at` would cut a surrogate pair in two. */
export function splitsPair(text: string, at: number): boolean {
  return at > 0 && at < text.length && isLow(text.charCodeAt(at)) && isHigh(text.charCodeAt(at - 1));
}

/** The scalar values before the UTF-16 position `at`. A position inside a pair counts as the pair's start. */
export function toScalar(text: string, at: number): number {
  const end = Math.min(at, text.length);
  let scalars = 0;
  for (let i = 0; i < end; i++) {
    const pair = isHigh(text.charCodeAt(i)) && i + 1 < text.length && isLow(text.charCodeAt(i + 1));
    if (pair && i + 1 >= end) break;
    if (pair) i++;
    scalars++;
  }
  return scalars;
}

/** The UTF-16 position after `scalars` scalar values; the end of the text if it has fewer. */
export function toUtf16(text: string, scalars: number): number {
  let at = 0;
  for (let n = 0; n < scalars && at < text.length; n++)
    at += isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1)) ? 2 : 1;
  return at;
}

/** The length in scalar values: what length limits of answers count. */
export const scalarLength = (text: string): number => toScalar(text, text.length);

/** Many positions of one text at once, in one pass; `positions` in any order. */
export function toUtf16Many(text: string, positions: readonly number[]): number[] {
  const order = positions.map((p, i) => ({ p, i })).sort((a, b) => a.p - b.p);
  const out = new Array<number>(positions.length);
  let scalars = 0;
  let at = 0;
  for (const { p, i } of order) {
    while (scalars < p && at < text.length) {
      at += isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1)) ? 2 : 1;
      scalars++;
    }
    out[i] = at;
  }
  return out;
}

/** A selection without the blanks at its ends and without halves of pairs; `null` if nothing is left. */
export function tidy(text: string, start: number, end: number): { start: number; end: number } | null {
  let from = Math.max(0, Math.min(start, end));
  let to = Math.min(text.length, Math.max(start, end));
  if (splitsPair(text, from)) from--;
  if (splitsPair(text, to)) to++;
  while (from < to && /\s/u.test(text[from] ?? '')) from++;
  while (to > from && /\s/u.test(text[to - 1] ?? '')) to--;
  return from < to ? { start: from, end: to } : null;
}
