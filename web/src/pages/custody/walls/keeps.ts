// Whether somebody keeps the whole installation or named clients: a custodian without a grant keeps all.

import type { Me } from '../../../api/types.ts';

export const keepsAll = (me: Me | null): boolean => me?.role === 'custodian' && me.clients.length === 0;
