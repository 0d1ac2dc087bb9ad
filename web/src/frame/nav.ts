// What each role finds in the left rail. One list: a new page joins here and in `routes.ts`.

import type { Role } from '../api/types.ts';
import type { IconName } from '../parts/icons.ts';

export type Entry = {
  path: string;
  label: string;
  icon: IconName;
  roles: Role[];
  /** Where else one is still within this entry. */
  also?: string[];
};

const everyone: Role[] = ['admin', 'operator', 'custodian', 'reviewer', 'expert', 'observer'];

export const entries: Entry[] = [
  {
    path: '/work',
    label: 'Work',
    icon: 'work',
    roles: ['expert', 'reviewer'],
    also: ['/review', '/decide'],
  },
  { path: '/projects', label: 'Projects', icon: 'projects', roles: ['operator', 'observer'] },
  { path: '/cases', label: 'Cases', icon: 'flag', roles: ['custodian'] },
  { path: '/walls', label: 'Walls', icon: 'wall', roles: ['custodian', 'observer'] },
  { path: '/people', label: 'People', icon: 'people', roles: ['admin', 'operator', 'custodian'] },
  {
    path: '/clients',
    label: 'Clients',
    icon: 'clients',
    roles: ['admin', 'operator', 'custodian', 'observer'],
  },
  { path: '/profile', label: 'Profile', icon: 'profile', roles: ['expert', 'reviewer'] },
  { path: '/log', label: 'Log', icon: 'log', roles: ['custodian', 'observer'] },
  { path: '/account', label: 'Account', icon: 'account', roles: everyone },
];

export const railFor = (role: Role): Entry[] => entries.filter((entry) => entry.roles.includes(role));

/** Where a person lands after signing in. */
export const homeFor = (role: Role): string => railFor(role)[0]?.path ?? '/account';
