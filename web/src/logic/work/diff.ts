// Where two texts differ, word by word. Myers' greedy O((N+M)D) after cutting the common beginning and end.
// Source: Myers (1986), "An O(ND) Difference Algorithm and Its Variations".

export type Piece = { text: string; changed: boolean };

/** Beyond this many edits the rest counts as changed: the marks would say nothing any more. */
const editsMax = 700;

const tokens = (text: string): string[] =>
  text.match(/\s+|[\p{L}\p{N}\p{M}_]+|[^\s\p{L}\p{N}\p{M}_]/gu) ?? [];

/** Shared runs of fewer words than this between two differences are coincidence: marking around them is noise. */
const wordsMin = 2;

/** Both texts cut into what they share and what they do not. The pieces of each join to the text itself. */
export function differences(one: string, two: string, leastWords = wordsMin): { one: Piece[]; two: Piece[] } {
  const a = tokens(one);
  const b = tokens(two);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  )
    tail++;
  const middle = a.slice(head, a.length - tail);
  const same = shared(middle, b.slice(head, b.length - tail));
  dropCoincidences(middle, same, leastWords);
  const mark = (all: string[], kept: Set<number>) =>
    join(
      all.map((text, i) => ({ text, changed: i >= head && i < all.length - tail && !kept.has(i - head) })),
    );
  return { one: mark(a, same.one), two: mark(b, same.two) };
}

type Kept = { one: Set<number>; two: Set<number> };

function shared(a: string[], b: string[]): Kept {
  const kept: Kept = { one: new Set(), two: new Set() };
  const max = Math.min(a.length + b.length, editsMax);
  const trace: Map<number, number>[] = [];
  let reach = new Map<number, number>([[1, 0]]);
  for (let d = 0; d <= max; d++) {
    trace.push(new Map(reach));
    const next = new Map(reach);
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (next.get(k - 1) ?? -1) < (next.get(k + 1) ?? -1));
      let x = down ? (next.get(k + 1) ?? 0) : (next.get(k - 1) ?? 0) + 1;
      let y = x - k;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x++;
        y++;
      }
      next.set(k, x);
      if (x >= a.length && y >= b.length) {
        walkBack(trace, d, a.length, b.length, kept);
        return kept;
      }
    }
    reach = next;
  }
  return kept;
}

/** Takes short runs out of both sides. Runs at the ends join what is shared there, and stay. */
function dropCoincidences(a: string[], kept: Kept, leastWords: number): void {
  const one = [...kept.one].sort((x, y) => x - y);
  const two = [...kept.two].sort((x, y) => x - y);
  for (let from = 0; from < one.length;) {
    let to = from;
    const follows = (list: number[]) => list[to + 1] === (list[to] as number) + 1;
    while (to + 1 < one.length && follows(one) && follows(two)) to++;
    const run = a.slice(one[from], (one[to] as number) + 1);
    const atEdge = one[from] === 0 || one[to] === a.length - 1;
    if (!atEdge && run.filter((token) => /[\p{L}\p{N}]/u.test(token)).length < leastWords)
      for (let i = from; i <= to; i++) {
        kept.one.delete(one[i] as number);
        kept.two.delete(two[i] as number);
      }
    from = to + 1;
  }
}

function walkBack(trace: Map<number, number>[], edits: number, endX: number, endY: number, kept: Kept): void {
  let x = endX;
  let y = endY;
  for (let d = edits; d >= 0; d--) {
    const reach = trace[d] as Map<number, number>;
    const k = x - y;
    const down = k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
    const before = down ? k + 1 : k - 1;
    const fromX = reach.get(before) ?? 0;
    const fromY = fromX - before;
    while (x > Math.max(0, fromX) && y > Math.max(0, fromY)) {
      x--;
      y--;
      kept.one.add(x);
      kept.two.add(y);
    }
    if (d > 0) {
      x = fromX;
      y = fromY;
    }
  }
}

function join(pieces: Piece[]): Piece[] {
  const out: Piece[] = [];
  for (const piece of pieces) {
    const last = out.at(-1);
    if (last && last.changed === piece.changed) last.text += piece.text;
    else out.push({ ...piece });
  }
  return out;
}
