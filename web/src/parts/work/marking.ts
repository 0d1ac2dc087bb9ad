// Between the drawn text and positions in it. Every drawn piece of text carries where it starts, in `data-at`.

import type { Ranged } from '../../logic/work/segments.ts';

/** The position in the text (UTF-16) of a place in the document; `null` outside the marked text. */
export function positionOf(node: Node, offset: number): number | null {
  const element = node instanceof Element ? node : node.parentElement;
  if (!(node instanceof Element)) {
    const piece = element?.closest<HTMLElement>('[data-at]');
    return piece ? Number(piece.dataset.at) + offset : null;
  }
  // Between pieces: the start of the piece after, or the end of the one before.
  const after = node.childNodes[offset];
  const next =
    after instanceof HTMLElement
      ? after.matches('[data-at]')
        ? after
        : after.querySelector<HTMLElement>('[data-at]')
      : null;
  if (next) return Number(next.dataset.at);
  const before =
    [...node.querySelectorAll<HTMLElement>('[data-at]')].at(-1) ??
    (node.matches('[data-at]') ? (node as HTMLElement) : null);
  return before ? Number(before.dataset.at) + (before.textContent?.length ?? 0) : null;
}

/** What is selected inside `box`, as positions in its text. */
export function selectedIn(box: HTMLElement): Ranged | null {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  if (!box.contains(range.startContainer) || !box.contains(range.endContainer)) return null;
  const start = positionOf(range.startContainer, range.startOffset);
  const end = positionOf(range.endContainer, range.endOffset);
  return start === null || end === null ? null : { start, end };
}

/** The position in the text under a point of the window: for moving a line up or down. */
export function positionAt(x: number, y: number): number | null {
  const caret = document.caretPositionFromPoint?.(x, y);
  return caret ? positionOf(caret.offsetNode, caret.offset) : null;
}

/** Underlines under one another, one lane for each span over this piece, of `count` in all. Values for CSSOM. */
export function underlines(
  lanes: { lane: number; colour: string }[],
  count: number,
): {
  image: string;
  size: string;
  position: string;
} {
  return {
    image: lanes.map(({ colour }) => `linear-gradient(${colour}, ${colour})`).join(', '),
    size: lanes.map(() => '100% 3px').join(', '),
    position: lanes.map(({ lane }) => `0 calc(100% - ${(count - 1 - lane) * 5}px)`).join(', '),
  };
}
