// Where a small plot puts its points. Pure; the part draws.

/** `low` and `high` bound the interval of `y`, where it has one. */
export type Point = { x: number; y: number | null; low?: number | null; high?: number | null };
export type Series = { name: string; points: Point[] };
/** Something that happened at a place on the x axis: a flag with its words. */
export type Mark = { x: number; words: string };
export type Range = { from: number; to: number };

/** Ticks at 1, 2 or 5 times a power of ten that lie in the range, about `wanted` of them, `least` apart at least. */
export function ticks({ from, to }: Range, wanted = 4, least = 0): number[] {
  const span = to - from;
  if (!(span > 0) || !Number.isFinite(span)) return [from];
  const raw = span / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(least, [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw) ?? raw);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** Ticks on the points themselves, which lie whole steps from the first: each, or every second, third … of them. */
export function ticksOfSteps({ from, to }: Range, step: number, wanted: number): number[] {
  const stride = step * Math.max(1, Math.ceil((to - from) / step / wanted));
  return Array.from({ length: Math.floor((to - from) / stride + 1e-9) + 1 }, (_, i) => from + i * stride);
}

/** Whether every figure is a count: a tick between two whole numbers would mean nothing. */
export const isWhole = (series: Series[]): boolean =>
  series.every((one) =>
    one.points.every((p) => [p.y, p.low, p.high].every((n) => typeof n !== 'number' || Number.isInteger(n))),
  );

/** The range that holds every point and every interval; `fixed` wins where it is said. */
export function rangeOf(series: Series[], of: 'x' | 'y', fixed?: Partial<Range>): Range {
  const all = series
    .flatMap((one) => one.points)
    .flatMap((p) => (of === 'x' ? [p.x] : [p.y, p.low, p.high]))
    .filter((n): n is number => typeof n === 'number' && Number.isFinite(n));
  const from = fixed?.from ?? (all.length ? Math.min(...all) : 0);
  const to = fixed?.to ?? (all.length ? Math.max(...all) : 1);
  return from === to ? { from: from - 0.5, to: to + 0.5 } : { from, to };
}

/** What a scale does to a number and back; on the tenfold one each step is ten times the one beneath, from 0 on. */
export const scales = {
  even: { to: (n: number): number => n, back: (n: number): number => n },
  tenfold: { to: (n: number): number => Math.log10(1 + n), back: (n: number): number => 10 ** n - 1 },
};

/** The series on that scale. */
export function scaled(series: Series[], scale: keyof typeof scales): Series[] {
  const { to } = scales[scale];
  const bent = (n: number | null | undefined) => (typeof n === 'number' ? to(n) : n);
  return series.map((one) => ({
    ...one,
    points: one.points.map((p) => ({ x: p.x, y: bent(p.y) ?? null, low: bent(p.low), high: bent(p.high) })),
  }));
}

/** Ticks of that scale in the bent range: round numbers, or 0 and the powers of ten. */
export function ticksOn(range: Range, scale: keyof typeof scales, wanted: number, least = 0): number[] {
  if (scale === 'even') return ticks(range, wanted, least);
  const { to } = scales[scale];
  return [0, 10, 100, 1_000, 10_000, 100_000].map(to).filter((n) => n >= range.from && n <= range.to);
}

/** A number of the range as a place between 0 and `px`. */
export const place = ({ from, to }: Range, n: number, px: number): number => ((n - from) / (to - from)) * px;

/** Lines through the points that are known; a gap where one is not. */
export function lineOf(points: Point[], x: Range, y: Range, width: number, height: number): string {
  let pen = 'M';
  const parts: string[] = [];
  for (const p of points) {
    if (p.y === null) {
      pen = 'M';
      continue;
    }
    parts.push(`${pen}${place(x, p.x, width).toFixed(1)} ${(height - place(y, p.y, height)).toFixed(1)}`);
    pen = 'L';
  }
  return parts.join('');
}

/** Where the name of a series stands: at its last known point, else in the middle of its last interval. */
export function endOf(points: Point[]): { x: number; y: number } | null {
  const last = points.findLast((p) => p.y !== null);
  if (last) return { x: last.x, y: last.y as number };
  const band = points.findLast((p) => typeof p.low === 'number' && typeof p.high === 'number');
  return band ? { x: band.x, y: ((band.low as number) + (band.high as number)) / 2 } : null;
}

/** Names that would lie on each other are moved apart, from the top down, by `gap` pixels each. */
export function apart<T extends { y: number } | null>(ends: T[], gap: number): T[] {
  const order = ends.map((_, i) => i).filter((i) => ends[i]);
  order.sort((a, b) => (ends[a] as { y: number }).y - (ends[b] as { y: number }).y);
  const placed = [...ends];
  let above = -Infinity;
  for (const i of order) {
    const end = placed[i] as { y: number };
    above = Math.max(end.y, above + gap);
    placed[i] = { ...end, y: above } as T;
  }
  return placed;
}

/** The band between `low` and `high`, in one piece per run of points that have both. */
export function bandOf(points: Point[], x: Range, y: Range, width: number, height: number): string {
  const runs: Point[][] = [[]];
  for (const p of points) {
    if (typeof p.low === 'number' && typeof p.high === 'number') runs.at(-1)?.push(p);
    else if (runs.at(-1)?.length) runs.push([]);
  }
  const at = (p: Point, n: number) =>
    `${place(x, p.x, width).toFixed(1)} ${(height - place(y, n, height)).toFixed(1)}`;
  return runs
    .filter((run) => run.length > 1)
    .map((run) => {
      const up = run.map((p) => at(p, p.high as number));
      const down = [...run].reverse().map((p) => at(p, p.low as number));
      return `M${[...up, ...down].join('L')}Z`;
    })
    .join('');
}
