// Words of a client's leaving that depend on where it stands.

import type { Departure, DepartureState } from '../../api/types.ts';
import type { IconName } from '../../parts/icons.ts';

type Said = { word: string; tone: 'plain' | 'good' | 'warn' | 'bad' | 'accent'; icon?: IconName };
export const departureWords: Record<DepartureState, Said> = {
  building: { word: 'Being built', tone: 'accent', icon: 'wait' },
  built: { word: 'Built, not approved', tone: 'warn', icon: 'wait' },
  approved: { word: 'Approved', tone: 'good' },
  failed: { word: 'Failed', tone: 'bad' },
  ended: { word: 'Over', tone: 'plain', icon: 'close' },
};

/** Whether it has, or will have, a folder: a client has at most one such. */
export const isLive = (one: Pick<Departure, 'state'>): boolean =>
  one.state === 'building' || one.state === 'built' || one.state === 'approved';

/** How a key is withdrawn that comes from this kind of source. */
export function keyLeaves(source: string | null): string {
  if (source === 'command') return 'The key comes from a command: let it no longer give the key.';
  if (source === 'file')
    return 'The key comes from a file of the server: whoever keeps it takes the file away.';
  if (source === 'env')
    return 'The key comes from the environment of the server, whose operator has to take it away and start it anew.';
  return 'Whoever holds the source of the key lets it no longer give the key.';
}
