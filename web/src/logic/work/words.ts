// Words of a text for moving by keyboard. Positions in UTF-16.

export type Word = { start: number; end: number };

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** Every word, in order; marks that stand alone between blanks count as words, so that nothing is out of reach. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const part of segmenter.segment(text)) {
    if (/^\s*$/u.test(part.segment)) continue;
    words.push({ start: part.index, end: part.index + part.segment.length });
  }
  return words;
}

/** The index of the word at `at`, or of the next one; the last if there is none after it; -1 without words. */
export function wordAt(words: readonly Word[], at: number): number {
  let low = 0;
  let high = words.length - 1;
  if (high < 0) return -1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle] as Word).end > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Where a caret is after a key: `anchor` stays while shift is held. Indexes of words. */
export type Caret = { anchor: number; head: number };
export function moveCaret(caret: Caret, by: number, extend: boolean, count: number): Caret {
  if (count === 0) return caret;
  const head = Math.max(0, Math.min(count - 1, caret.head + by));
  return { anchor: extend ? caret.anchor : head, head };
}

/** The text between the caret's ends. */
export function caretRange(words: readonly Word[], caret: Caret): { start: number; end: number } | null {
  const from = words[Math.min(caret.anchor, caret.head)];
  const to = words[Math.max(caret.anchor, caret.head)];
  return from && to ? { start: from.start, end: to.end } : null;
}
