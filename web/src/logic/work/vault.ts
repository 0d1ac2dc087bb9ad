// What this device keeps of a member's own answers: encrypted, by a key that cannot leave the browser.
//
// Promises: only answers, never content; AES-256-GCM with a fresh nonce each time, bound to member and assignment,
// so that one record cannot be put in another's place; another member finds nothing; wiping destroys the key too.

import type { Answers } from '../../api/types.ts';

export type Kept = {
  answers: Answers;
  active_ms: number;
  /** When it was kept, by this device's clock. */
  at_ms: number;
  /** Submitted but not yet acknowledged: the key under which it is sent until it is. */
  sending?: string;
};
export type Sealed = { nonce: Uint8Array<ArrayBuffer>; data: ArrayBuffer };
/** Where sealed records and the key lie. IndexedDB in the browser, a map in tests. */
export interface Shelf {
  get(name: string): Promise<unknown>;
  put(name: string, value: unknown): Promise<void>;
  remove(name: string): Promise<void>;
  names(): Promise<string[]>;
  clear(): Promise<void>;
}

const algorithm = 'AES-GCM';
const keyName = (member: string) => `key/${member}`;
const draftName = (member: string, assignment: string) => `draft/${member}/${assignment}`;

export class Vault {
  #key: Promise<CryptoKey> | null = null;
  constructor(
    readonly shelf: Shelf,
    readonly member: string,
  ) {}

  async keep(assignment: string, kept: Kept): Promise<void> {
    const nonce = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(kept));
    const data = await crypto.subtle.encrypt(this.#bound(assignment, nonce), await this.#ownKey(), plain);
    await this.shelf.put(draftName(this.member, assignment), { nonce, data } satisfies Sealed);
  }

  /** `null` if there is nothing, or if it cannot be opened (another key, or tampered with): then it is dropped. */
  async find(assignment: string): Promise<Kept | null> {
    const sealed = (await this.shelf.get(draftName(this.member, assignment))) as Sealed | undefined;
    if (!sealed) return null;
    try {
      const key = await this.#ownKey();
      const plain = await crypto.subtle.decrypt(this.#bound(assignment, sealed.nonce), key, sealed.data);
      return JSON.parse(new TextDecoder().decode(plain)) as Kept;
    } catch {
      await this.drop(assignment);
      return null;
    }
  }

  drop(assignment: string): Promise<void> {
    return this.shelf.remove(draftName(this.member, assignment));
  }

  /** The assignments of which something is kept. */
  async assignments(): Promise<string[]> {
    const start = draftName(this.member, '');
    return (await this.shelf.names())
      .filter((name) => name.startsWith(start))
      .map((name) => name.slice(start.length));
  }

  /** Everything, everybody's, with the keys. */
  async wipe(): Promise<void> {
    this.#key = null;
    await this.shelf.clear();
  }

  #bound(assignment: string, nonce: Uint8Array<ArrayBuffer>): AesGcmParams {
    const additionalData = new TextEncoder().encode(`vouchsafe draft 1\n${this.member}\n${assignment}`);
    return { name: algorithm, iv: nonce, additionalData };
  }

  #ownKey(): Promise<CryptoKey> {
    this.#key ??= this.#loadKey();
    return this.#key;
  }

  async #loadKey(): Promise<CryptoKey> {
    const stored = await this.shelf.get(keyName(this.member));
    if (stored instanceof CryptoKey) return stored;
    const key = await crypto.subtle.generateKey({ name: algorithm, length: 256 }, false, [
      'encrypt',
      'decrypt',
    ]);
    await this.shelf.put(keyName(this.member), key);
    return key;
  }
}
