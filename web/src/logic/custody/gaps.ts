// What a restore lost, in words: pure.

import type { Gap } from '../../api/types.ts';
import { count } from '../../frame/figures.ts';

/** What has to be looked at, and where it is entered again. */
export type Kind = { kind: string; says: string; href: string };

export function kindsOf(gap: Pick<Gap, 'ledger' | 'to_enter'>): Kind[] {
  const client = `/clients/${gap.ledger}`;
  const known: Record<string, Omit<Kind, 'kind'>> = {
    exposures: { says: 'Who was sent something of it', href: `${client}/walls` },
    walls: { says: 'Walls that were ordered', href: `${client}/walls` },
    grants: { says: 'Who was let in, and whose grant ended', href: client },
    holds: { says: 'Holds that were placed', href: client },
    terms: { says: 'Cool-off, declarations and standing rule', href: `${client}/walls` },
    members: { says: 'Members who left, were suspended or merged', href: '/people' },
    erasures: { says: 'People who were erased', href: '/people' },
    conflicts: { says: 'Conflicts that were declared', href: '/walls/conflicts' },
    budgets: { says: 'Budgets that were set', href: '/walls/budgets' },
    ties: { says: 'Ties that people declared', href: '/people' },
  };
  return gap.to_enter.map((kind) => ({ kind, ...(known[kind] ?? { says: kind, href: client }) }));
}

/** How much is gone. */
export const lostWords = (lost: number | null | undefined): string =>
  lost == null
    ? 'An unknown number of entries is gone'
    : `${count(lost, 'entry', 'entries')} ${lost === 1 ? 'is' : 'are'} gone`;

/** Ids of accounts that somebody typed, one a line or with commas between. */
export const idsOf = (typed: string): string[] => [...new Set(typed.split(/[\s,;]+/).filter(Boolean))];
