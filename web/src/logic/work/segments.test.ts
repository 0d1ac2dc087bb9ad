import { expect, test } from 'vitest';
import { blocksOf, lanes, segments } from './segments.ts';

const span = (start: number, end: number) => ({ start, end });

test('spans that overlap are in different lanes, others share one', () => {
  expect(lanes([span(0, 10), span(5, 15), span(10, 20), span(30, 40)])).toEqual([0, 1, 0, 0]);
  expect(lanes([span(0, 5), span(0, 5), span(0, 5)])).toEqual([0, 1, 2]);
  expect(lanes([])).toEqual([]);
});

test('pieces join without gaps and know their spans', () => {
  const a = span(2, 6);
  const b = span(4, 9);
  const pieces = segments(0, 10, [a, b]);
  expect(pieces.map((p) => [p.start, p.end])).toEqual([
    [0, 2],
    [2, 4],
    [4, 6],
    [6, 9],
    [9, 10],
  ]);
  expect(pieces[2]?.spans).toEqual([a, b]);
  expect(pieces[4]?.spans).toEqual([]);
});

test('a span over the edge of a block is cut at the edge', () => {
  expect(segments(10, 20, [span(5, 15)]).map((p) => [p.start, p.end, p.spans.length])).toEqual([
    [10, 15, 1],
    [15, 20, 0],
  ]);
});

test('blocks cover a long text without gaps and do not cut lines or pairs', () => {
  const text = `${'🫀'.repeat(50)}\n${'word '.repeat(3000)}\n`.repeat(5);
  const blocks = blocksOf(text, 999);
  expect(blocks[0]?.start).toBe(0);
  expect(blocks.at(-1)?.end).toBe(text.length);
  for (let i = 1; i < blocks.length; i++) expect(blocks[i]?.start).toBe(blocks[i - 1]?.end);
  for (const block of blocks) expect(text.slice(block.start, block.end).isWellFormed()).toBe(true);
  expect(blocksOf('')).toEqual([{ start: 0, end: 0 }]);
});
