// What each role is, in one sentence, wherever a role is chosen or shown.

import type { Member, Role } from '../../api/types.ts';

export const roleWords: Record<Role, { word: string; says: string }> = {
  admin: { word: 'Admin', says: 'Runs the installation: accounts and clients. Is sent no content.' },
  operator: { word: 'Operator', says: 'Runs the projects of the clients that were opened to this account.' },
  custodian: { word: 'Custodian', says: 'Keeps walls, log and holds. Confirms grants. Is sent no content.' },
  reviewer: { word: 'Reviewer', says: 'Accepts, fixes or returns what experts answered.' },
  expert: { word: 'Expert', says: 'Answers tasks of the projects that fit.' },
  observer: { word: 'Observer', says: 'A client’s own person: progress, releases, grants of that client.' },
};
export const allRoles = Object.keys(roleWords) as Role[];
/** Nobody is behind this account any more: this is no address. Admins alone are told addresses, and act on accounts. */
export const isErased = (member: Member): boolean => member.email === 'erased';
/** Whom somebody may invite. */
export const invitable = (role: Role): Role[] =>
  role === 'admin' ? allRoles : role === 'operator' ? ['expert'] : [];
