// Checks, in the reader's own browser, that an entry is in the tree whose head was signed, and that what is shown of it
// is what was recorded. RFC 6962 hashing, the check of RFC 9162, section 2.1.3.2; docs/ledger-format.md has the bytes.

import type { LogEntry, Part } from '../../api/ledger.ts';

export type Checkpoint = { origin: string; size: number; root: Uint8Array };
/** `proven`: in the tree, and every part that is shown is the recorded one. */
export type Verdict = 'proven' | 'not_in_the_tree' | 'other_words';

const parts = ['act', 'object', 'person'] as const;
const text = new TextEncoder();

export const fromHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const fromBase64 = (encoded: string): Uint8Array => Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i]);

function joined(...pieces: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((n, piece) => n + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
const sha256 = async (...pieces: Uint8Array[]): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', joined(...pieces)));
const node = (left: Uint8Array, right: Uint8Array) => sha256(Uint8Array.of(1), left, right);

/** The head in a signed note; `null` when it is none. */
export function readCheckpoint(note: string): Checkpoint | null {
  const [origin, size, root, ...rest] = note.split('\n');
  if (!origin || !size || !root || !/^(0|[1-9]\d*)$/.test(size) || !rest.includes('')) return null;
  try {
    const bytes = fromBase64(root);
    return bytes.length === 32 ? { origin, size: Number(size), root: bytes } : null;
  } catch {
    return null;
  }
}

/** Whether the key signed the note; `null` where this browser cannot reckon Ed25519. */
export async function isSigned(note: string, publicKey: string): Promise<boolean | null> {
  const at = note.lastIndexOf('\n\n');
  const key = publicKey.match(/^vouchsafe:checkpoint:ed25519:([0-9a-f]{64})$/)?.[1];
  const name = note.split('\n')[0] ?? '';
  if (at < 0 || !key) return false;
  const body = text.encode(note.slice(0, at + 1));
  const id = (await sha256(text.encode(name), Uint8Array.of(10, 1), fromHex(key))).slice(0, 4);
  let imported: CryptoKey;
  try {
    imported = await crypto.subtle.importKey('raw', joined(fromHex(key)), 'Ed25519', false, ['verify']);
  } catch {
    return null;
  }
  for (const line of note.slice(at + 2).split('\n')) {
    const [dash, by, encoded] = line.split(' ');
    if (dash !== '\u2014' || by !== name || !encoded) continue;
    const bytes = fromBase64(encoded);
    if (bytes.length !== 68 || !same(bytes.slice(0, 4), id)) continue;
    if (await crypto.subtle.verify('Ed25519', imported, joined(bytes.slice(4)), joined(body))) return true;
  }
  return false;
}

async function isIncluded(entry: LogEntry, leaf: Uint8Array, head: Checkpoint): Promise<boolean> {
  if (entry.index >= head.size) return false;
  // Numbers above 2^32 are halved and not shifted.
  let at = entry.index;
  let last = head.size - 1;
  let hash = await sha256(Uint8Array.of(0), leaf);
  const up = () => ([at, last] = [Math.floor(at / 2), Math.floor(last / 2)]);
  for (const sibling of entry.path) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = await node(fromHex(sibling), hash);
      while (at % 2 === 0 && at !== 0) up();
    } else {
      hash = await node(hash, fromHex(sibling));
    }
    up();
  }
  return last === 0 && same(hash, head.root);
}

async function isRecorded(name: string, part: Part, committed: Uint8Array): Promise<boolean> {
  if (part === null) return true;
  const said = [text.encode(`vouchsafe/ledger/v1/${name}\0`), fromHex(part.salt), text.encode(part.text)];
  return same(await sha256(...said), committed);
}

/** Checks one entry against a head. */
export async function check(entry: LogEntry, head: Checkpoint): Promise<Verdict> {
  const leaf = fromHex(entry.leaf);
  if (leaf.length !== 97 || leaf[0] !== 1 || !(await isIncluded(entry, leaf, head))) return 'not_in_the_tree';
  for (const [i, name] of parts.entries()) {
    if (!(await isRecorded(name, entry[name], leaf.slice(1 + 32 * i, 33 + 32 * i)))) return 'other_words';
  }
  return 'proven';
}
