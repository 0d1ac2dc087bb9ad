import { expect, test } from 'vitest';
import { MemoryShelf } from './shelf.ts';
import { type Kept, type Sealed, Vault } from './vault.ts';

const kept: Kept = {
  answers: { why: { value: 'the dose is wrong 🫀' } },
  active_ms: 1200,
  at_ms: 5,
};

test('what is kept comes back, also to a new page of the same member', async () => {
  const shelf = new MemoryShelf();
  await new Vault(shelf, 'm1').keep('a1', kept);
  expect(await new Vault(shelf, 'm1').find('a1')).toEqual(kept);
  expect(await new Vault(shelf, 'm1').assignments()).toEqual(['a1']);
});

test('another member finds nothing', async () => {
  const shelf = new MemoryShelf();
  await new Vault(shelf, 'm1').keep('a1', kept);
  expect(await new Vault(shelf, 'm2').find('a1')).toBeNull();
  expect(await new Vault(shelf, 'm2').assignments()).toEqual([]);
});

test('nothing lies there in the clear, and the key cannot be taken out', async () => {
  const shelf = new MemoryShelf();
  await new Vault(shelf, 'm1').keep('a1', kept);
  const { data } = shelf.map.get('draft/m1/a1') as Sealed;
  expect(new TextDecoder('latin1').decode(data)).not.toMatch(/dose|why|answers/);
  const key = shelf.map.get('key/m1') as CryptoKey;
  expect(key.extractable).toBe(false);
  await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
});

test('the same answers twice are two different records', async () => {
  const shelf = new MemoryShelf();
  const vault = new Vault(shelf, 'm1');
  await vault.keep('a1', kept);
  const first = new Uint8Array((shelf.map.get('draft/m1/a1') as Sealed).data);
  await vault.keep('a1', kept);
  expect(new Uint8Array((shelf.map.get('draft/m1/a1') as Sealed).data)).not.toEqual(first);
});

test('a record put in another’s place, or changed, is refused and dropped', async () => {
  const shelf = new MemoryShelf();
  const vault = new Vault(shelf, 'm1');
  await vault.keep('a1', kept);
  shelf.map.set('draft/m1/a2', shelf.map.get('draft/m1/a1'));
  expect(await vault.find('a2')).toBeNull();
  expect(shelf.map.has('draft/m1/a2')).toBe(false);
  const sealed = shelf.map.get('draft/m1/a1') as Sealed;
  const bytes = new Uint8Array(sealed.data);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  expect(await vault.find('a1')).toBeNull();
});

test('wiping takes records and keys', async () => {
  const shelf = new MemoryShelf();
  const vault = new Vault(shelf, 'm1');
  await vault.keep('a1', kept);
  await vault.wipe();
  expect(shelf.map.size).toBe(0);
  await vault.keep('a2', kept);
  expect(await vault.find('a2')).toEqual(kept);
});
