// Which rows of a long table are drawn. Heights in px.

export type Window = { from: number; to: number; beforePx: number; afterPx: number };

/** The rows in view and `spare` more on both sides; the rest is empty space of the right height. */
export function windowOf(
  count: number,
  rowPx: number,
  scrolledPx: number,
  viewPx: number,
  spare = 10,
): Window {
  const from = Math.max(0, Math.min(count, Math.floor(scrolledPx / rowPx) - spare));
  const to = Math.min(count, Math.max(from, Math.ceil((scrolledPx + viewPx) / rowPx) + spare));
  return { from, to, beforePx: from * rowPx, afterPx: (count - to) * rowPx };
}
