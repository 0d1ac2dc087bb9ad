// Overlapping spans as stacked underlines: every span has a lane of its own where it overlaps others, and the
// text is cut wherever the set of spans changes. Positions in UTF-16.

export type Ranged = { start: number; end: number };
export type Segment<S> = { start: number; end: number; spans: S[] };

/** A lane for each span, so that no two in one lane overlap; the first fit, so few lanes. Order as given. */
export function lanes(spans: readonly Ranged[]): number[] {
  const order = spans
    .map((_, i) => i)
    .sort((a, b) => {
      const x = spans[a] as Ranged;
      const y = spans[b] as Ranged;
      return x.start - y.start || y.end - x.end || a - b;
    });
  const ends: number[] = [];
  const lane = new Array<number>(spans.length).fill(0);
  for (const i of order) {
    const span = spans[i] as Ranged;
    let free = ends.findIndex((end) => end <= span.start);
    if (free < 0) free = ends.length;
    ends[free] = span.end;
    lane[i] = free;
  }
  return lane;
}

/** `from` to `to`, cut where spans begin or end. Every piece knows its spans; the pieces join without gaps. */
export function segments<S extends Ranged>(from: number, to: number, spans: readonly S[]): Segment<S>[] {
  const near = spans.filter((span) => span.start < to && span.end > from);
  const cuts = new Set([from, to]);
  for (const span of near) {
    cuts.add(Math.max(from, span.start));
    cuts.add(Math.min(to, span.end));
  }
  const at = [...cuts].sort((a, b) => a - b);
  const out: Segment<S>[] = [];
  for (let i = 0; i + 1 < at.length; i++) {
    const start = at[i] as number;
    const end = at[i + 1] as number;
    out.push({ start, end, spans: near.filter((span) => span.start <= start && span.end >= end) });
  }
  return out;
}

/** Blocks of a long text, cut after line ends, about `size` long: each is drawn only when it comes into view. */
export function blocksOf(text: string, size = 4000): Ranged[] {
  const blocks: Ranged[] = [];
  let start = 0;
  while (start < text.length) {
    let end = Math.min(text.length, start + size);
    if (end < text.length) {
      const line = text.indexOf('\n', end);
      end = line >= 0 && line - end < size ? line + 1 : end;
      const unit = text.charCodeAt(end);
      if (end < text.length && unit >= 0xdc00 && unit <= 0xdfff) end++;
    }
    blocks.push({ start, end });
    start = end;
  }
  return blocks.length > 0 ? blocks : [{ start: 0, end: 0 }];
}
