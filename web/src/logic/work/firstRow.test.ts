import { expect, test } from 'vitest';
import { dataOf, firstRow, idFields, rowBytesMax } from './firstRow.ts';

const file = (text: string | Uint8Array<ArrayBuffer>, name = 'rows.jsonl') => new File([text], name);

test('the first row of a file is read, and no more of it', async () => {
  expect(await firstRow(file('\n{"id": 1, "text": "Löwe 🫀"}\nnot JSON'))).toEqual({
    row: { id: 1, text: 'Löwe 🫀' },
  });
  expect(await firstRow(file('{"id": 2}'))).toEqual({ row: { id: 2 } });
});

test('a packed file is unpacked', async () => {
  const packed = await new Response(
    new Blob(['{"id": 3}\n{"id": 4}\n']).stream().pipeThrough(new CompressionStream('gzip')),
  ).arrayBuffer();
  expect(await firstRow(file(new Uint8Array(packed), 'rows.jsonl.gz'))).toEqual({ row: { id: 3 } });
});

test('what cannot be read is said', async () => {
  const errors = [
    await firstRow(file('id,text\n1,a')),
    await firstRow(file('[1, 2]')),
    await firstRow(file('')),
    await firstRow(file('x', 'rows.jsonl.zst')),
    await firstRow(file('x', 'rows.jsonl.gz')),
    await firstRow(file(`{"a": "${'x'.repeat(rowBytesMax)}"`)),
  ];
  expect(errors.map((one) => ('error' in one ? one.error.split(/[;:.]/)[0] : one))).toEqual([
    'The first line is not JSON',
    'The first line is no JSON object',
    'The first line is not JSON',
    'A ',
    'The first line is not JSON',
    'The first row is too long to be read here',
  ]);
});

test('a row of our own shape is read under `data`', () => {
  const own = { external_id: 'a', data: { text: 'x' } };
  expect(dataOf(own)).toEqual({ text: 'x' });
  expect(idFields(own)).toEqual([]);
  const bare = { id: 7, text: 'x', list: [1], data: {} };
  expect(dataOf(bare)).toBe(bare);
  expect(idFields(bare)).toEqual(['id', 'text']);
});
