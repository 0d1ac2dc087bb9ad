// Where a small plot puts its points. Pure; the part draws.

/** `low` and `high` bound the interval of `y`, where it has one. */
export type Point = { x: number; y: number | null; low?: number | null; high?: number | null };
export type Series = { name: string; points: Point[] };
export type Range = { from: number; to: number };

/** Ticks at 1, 2 or 5 times a power of ten that lie in the range, about `wanted` of them. */
export function ticks({ from, to }: Range, wanted = 4): number[] {
  const span = to - from;
  if (!(span > 0) || !Number.isFinite(span)) return [from];
  const raw = span / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw) ?? raw;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

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
