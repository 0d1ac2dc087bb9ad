// The ledger: signed heads, entries with proofs, what a person was sent.

import { address, get } from './client.ts';
import type * as api from './openapi.ts';

/** A part that was shown; `null` where it was erased or is kept from the reader. */
export type Part = { salt: string; text: string } | null;
export type LogEntry = { index: number; leaf: string; act: Part; object: Part; person: Part; path: string[] };
export type Head = Omit<api.CheckpointSent, 'vouched'> & {
  /** Who but the server says that nothing was rewritten. */
  vouched: 'witnessed' | 'followed' | 'unwitnessed';
};
/** A page of entries; kept as a file, it is a proof. `next` goes into `from` of the following one. */
export type LogPage = Omit<api.EntriesSent, 'entries'> & { entries: LogEntry[] };
export type Kind = 'sent' | 'opened' | 'acts' | 'decisions' | 'beside';
/** How many entries of each kind there are, and a page of those asked for. */
export type Inventory = LogPage & { person: string } & Record<Kind, number>;

const of = (ledger: string) => `/ledgers/${encodeURIComponent(ledger)}`;

export const findHead = (ledger: string) => get<Head>(`${of(ledger)}/checkpoint`);
export const listEntries = (ledger: string, from: number, limit: number) =>
  get<LogPage>(`${of(ledger)}/entries`, { from, limit });
/** What of a log is looked for: a group of acts, a project, both. */
export type Sought = { group: string | null; project: string | null };
/** The newest entries below `before` that fit, the newest first; `back_to` says how far was looked, `next` goes into `before`. */
export const searchEntries = (ledger: string, sought: Sought, before: string | null, limit: number) =>
  get<LogPage>(`${of(ledger)}/entries`, {
    group: sought.group ?? undefined,
    project: sought.project ?? undefined,
    before: before ?? undefined,
    limit,
  });
export const findInventory = (ledger: string, person: string, kind: Kind, from: number, limit: number) =>
  get<Inventory>(`${of(ledger)}/inventory`, { person, kind, from, limit });
/** Where the whole of it is fetched as CSV. */
export const inventoryCsv = (ledger: string, person: string) =>
  address(`${of(ledger)}/inventory.csv`, { person });
