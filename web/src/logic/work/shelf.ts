// The shelf of the vault: one IndexedDB store, and a map where that is forbidden or in tests.

import type { Shelf } from './vault.ts';

const databaseName = 'vouchsafe';
const storeName = 'kept';

export class MemoryShelf implements Shelf {
  readonly map = new Map<string, unknown>();
  async get(name: string): Promise<unknown> {
    return this.map.get(name);
  }
  async put(name: string, value: unknown): Promise<void> {
    this.map.set(name, value);
  }
  async remove(name: string): Promise<void> {
    this.map.delete(name);
  }
  async names(): Promise<string[]> {
    return [...this.map.keys()];
  }
  async clear(): Promise<void> {
    this.map.clear();
  }
}

class DiskShelf implements Shelf {
  constructor(readonly database: IDBDatabase) {}

  get(name: string): Promise<unknown> {
    return this.#run('readonly', (store) => store.get(name));
  }
  async put(name: string, value: unknown): Promise<void> {
    await this.#run('readwrite', (store) => store.put(value, name));
  }
  async remove(name: string): Promise<void> {
    await this.#run('readwrite', (store) => store.delete(name));
  }
  async names(): Promise<string[]> {
    return (await this.#run('readonly', (store) => store.getAllKeys())).map(String);
  }
  async clear(): Promise<void> {
    await this.#run('readwrite', (store) => store.clear());
  }

  /** Answers when the transaction is complete, not before: what is said to be kept is kept. */
  #run<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(storeName, mode);
      const request = ask(transaction.objectStore(storeName));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  }
}

/** `lasting` says whether what is put there survives the page. */
export async function openShelf(): Promise<{ shelf: Shelf; lasting: boolean }> {
  try {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open(databaseName, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore(storeName);
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    return { shelf: new DiskShelf(database), lasting: true };
  } catch {
    return { shelf: new MemoryShelf(), lasting: false };
  }
}
