// Words for the state of a client's key.

import type { IconName } from '../../parts/icons.ts';

type Said = { word: string; tone: 'good' | 'warn' | 'bad' | 'plain'; icon?: IconName; says: string };
const known: Record<string, Said> = {
  available: { word: 'Key available', tone: 'good', says: 'Its content can be opened.' },
  withdrawn: {
    word: 'Key withdrawn',
    tone: 'warn',
    icon: 'hold',
    says: 'Nothing of it can be opened until the key answers again. Nothing is lost.',
  },
  wrong: {
    word: 'Wrong key',
    tone: 'bad',
    says: 'A key answers, but not the one its data was sealed with. Nothing can be opened.',
  },
  destroyed: {
    word: 'Key destroyed',
    tone: 'plain',
    icon: 'close',
    says: 'Its content can never be opened again, by anybody.',
  },
};
export const keyWords = (state: string): Said => known[state] ?? { word: state, tone: 'warn', says: '' };
