// Conflicts, walls, what is recorded of people, and what takes two persons.

import { call, del, get, patch, post, put } from './client.ts';
import type {
  Budgets,
  ClientExposure,
  Conflict,
  CustodyRequest,
  Declared,
  Gap,
  Interest,
  List,
  Merged,
  NewConflict,
  NewRequest,
  Organisation,
  OwnCustody,
  PersonCustody,
  Statement,
  WallMatrix,
  WallOrdered,
} from './types.ts';

export const findMatrix = (after: string | null) => get<WallMatrix>('/walls', { after, limit: 50 });
export const listOrganisations = () => get<List<Organisation>>('/organisations');
export const createOrganisation = (name: string, kind: string) =>
  post<{ id: string }>('/organisations', { name, kind });
/** What an organisation is that somebody named: one that is known, or none of them. */
export const lookAtOrganisation = (organisation: string, sameAs: string | null, reason: string) =>
  post<null>(`/organisations/${organisation}/look`, { same_as: sameAs, reason });
export const listConflicts = () => get<List<Conflict>>('/conflicts');
export const declareConflict = (made: NewConflict) => post<Declared>('/conflicts', made);

/** The people around a client, a page of them; `next` of the answer leads on. */
export const findExposures = (client: string, after?: string) =>
  get<ClientExposure>(`/clients/${client}/exposures`, { after });
export const orderWall = (client: string, person: string, reason: string) =>
  post<WallOrdered>(`/clients/${client}/walls`, { person, reason });
export const changeTerms = (client: string, terms: { cool_off_days?: number; declarations?: boolean }) =>
  patch<null>(`/clients/${client}/walls`, terms);

export const findPersonCustody = (member: string) => get<PersonCustody>(`/members/${member}/custody`);
export const findStatement = (member: string) => get<Statement>(`/members/${member}/statement`);
export const giveNotice = (member: string, lastDay: string | null) =>
  put<null>(`/members/${member}/notice`, { last_day: lastDay });
/** Two accounts, of persons who are one human. */
export const mergePersons = (member: string, sameAs: string, reason: string) =>
  post<Merged>('/merges', { member, same_as: sameAs, reason });
export type Tie = {
  organisation?: string;
  name?: string;
  kind: Interest['kind'];
  reason: string;
  until?: string;
};
export const declareTieOf = (member: string, tie: Tie) =>
  post<{ id: string }>(`/members/${member}/interests`, tie);

export const findOwnCustody = () => get<OwnCustody>('/me/custody');
export const declareOwnTie = (tie: Tie) => post<{ id: string }>('/me/interests', tie);
export const endTieOf = (member: string, tie: string) => del<null>(`/members/${member}/interests/${tie}`);
export const endOwnTie = (interest: string) => del<null>(`/me/interests/${interest}`);
export const confirmDeclarations = (project: string) => post<null>(`/projects/${project}/declaration`);

export const listGaps = () => get<List<Gap>>('/gaps');
export const enterGap = (
  ledger: string,
  closing: { entered: string[]; exposures: { member: string; last_at: string }[]; reason: string },
) => post<{ id: string }>(`/gaps/${ledger}`, closing);
export const listRequests = () => get<List<CustodyRequest>>('/requests');
export const ask = (request: NewRequest) => post<{ id: string }>('/requests', request);
export const decide = (request: string, approved: boolean, reason: string) =>
  post<null>(`/requests/${request}/decision`, { approved, reason });

export const listBudgets = () => get<Budgets>('/budgets');
export const setBudget = (
  whose: { role: string } | { member: string },
  most: { hour: number; day: number; month: number },
) => call<null>('PUT', '/budgets', { body: { ...whose, ...most } });
