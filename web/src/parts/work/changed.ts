// Marks in rendered text what another text does not have. Works on nodes: what is read is marked, not its source.

import { differences } from '../../logic/work/diff.ts';
import { renderMarkdown } from './render.ts';

/** The text rendered, its words that `other` does not have marked; `null` where what is read is the same. */
export function renderChanged(text: string, other: string, side: 'one' | 'two'): DocumentFragment | null {
  const here = renderMarkdown(text);
  const there = renderMarkdown(other);
  const [mine, theirs] = [here.textContent, there.textContent];
  const pieces = (side === 'one' ? differences(mine, theirs) : differences(theirs, mine))[side];
  if (!pieces.some((piece) => piece.changed)) return null;
  let at = 0;
  const ranges = pieces
    .map((piece) => ({ from: at, to: (at += piece.text.length), changed: piece.changed }))
    .filter((range) => range.changed);
  mark(here, ranges);
  return here;
}

function mark(fragment: DocumentFragment, ranges: { from: number; to: number }[]): void {
  const walker = document.createTreeWalker(fragment, NodeFilter.SHOW_TEXT);
  const nodes: Text[] = [];
  while (walker.nextNode()) nodes.push(walker.currentNode as Text);
  let start = 0;
  for (const node of nodes) {
    const end = start + node.length;
    const own = ranges.filter((range) => range.from < end && range.to > start);
    // From the last to the first, so that the places of those before it stay.
    for (const range of own.reverse())
      wrap(node, Math.max(0, range.from - start), Math.min(end, range.to) - start);
    start = end;
  }
}

function wrap(node: Text, from: number, to: number): void {
  // Between blocks stands only space, where no mark may stand; a formula is marked as a whole.
  if (!node.data.slice(from, to).trim()) return;
  const formula = node.parentElement?.closest('math');
  if (formula) {
    formula.classList.add('changed');
    return;
  }
  const changed = from > 0 ? node.splitText(from) : node;
  if (to - from < changed.length) changed.splitText(to - from);
  const element = document.createElement('mark');
  changed.replaceWith(element);
  element.append(changed);
}
