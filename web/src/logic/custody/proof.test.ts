import { expect, test } from 'vitest';
import type { LogEntry } from '../../api/ledger.ts';
import { check, isSigned, readCheckpoint } from './proof.ts';
import { key, page } from './proof.fixture.ts';

const head = () => readCheckpoint(page.checkpoint)!;
const entries = page.entries as LogEntry[];

test('every entry of a real ledger is proven, whatever its place', async () => {
  expect(head().size).toBe(entries.length);
  for (const entry of entries) expect(await check(entry, head())).toBe('proven');
});

test('a changed leaf, path, place or head proves nothing', async () => {
  const entry = entries[3]!;
  const flipped = (hex: string) => (hex.startsWith('0') ? '1' : '0') + hex.slice(1);
  const path = [flipped(entry.path[0]!), ...entry.path.slice(1)];
  const wrong: LogEntry[] = [
    { ...entry, path },
    { ...entry, path: entry.path.slice(1) },
    { ...entry, path: [...entry.path, entry.path[0]!] },
    { ...entry, index: 4 },
    { ...entry, index: head().size },
    { ...entry, leaf: entries[2]!.leaf },
    { ...entry, leaf: entry.leaf.slice(2) },
  ];
  for (const one of wrong) expect(await check(one, head())).toBe('not_in_the_tree');
  const root = head().root.slice();
  root[0]! ^= 1;
  expect(await check(entry, { ...head(), root })).toBe('not_in_the_tree');
});

test('other words than the recorded ones are found, an erased part is none', async () => {
  const entry = entries[3]!;
  for (const name of ['act', 'object', 'person'] as const) {
    const part = entry[name]!;
    const other = { ...entry, [name]: { ...part, text: part.text.replace('{', '{ ') } };
    expect(await check(other, head())).toBe('other_words');
    expect(await check({ ...entry, [name]: null }, head())).toBe('proven');
  }
});

test('the signature holds for its key and its text', async () => {
  const signed = await isSigned(page.checkpoint, key);
  if (signed === null) return; // this Node cannot reckon Ed25519
  expect(signed).toBe(true);
  expect(await isSigned(page.checkpoint.replace(`\n${head().size}\n`, '\n9\n'), key)).toBe(false);
  const lastDigit = key.endsWith('0') ? '1' : '0';
  expect(await isSigned(page.checkpoint, key.slice(0, -1) + lastDigit)).not.toBe(true);
});

test('what is no checkpoint is none', () => {
  for (const note of ['', 'a\n1\n', 'a\n01\nAAAA\n\n', 'a\n1\n!\n\n', 'a\n1\nAAAA\n\n']) {
    expect(readCheckpoint(note)).toBeNull();
  }
});
