// Accounts, invitations, grants into clients, tokens, and the clients themselves.

import { del, get, post } from './client.ts';
import type { Client, Invited, List, Member, NewClient, Role, TokenMade } from './types.ts';

export const listMembers = (after: string | null) => get<List<Member>>('/members', { after, limit: 500 });
export const suspendMember = (member: string) => post<null>(`/members/${member}/suspend`);
export const resumeMember = (member: string) => post<null>(`/members/${member}/resume`);
export const invite = (role: Role, email: string) => post<Invited>('/invitations', { role, email });

export const proposeGrant = (client: string, member: string) =>
  post<{ id: string; state: string }>(`/clients/${client}/grants`, { member });
export const confirmGrant = (grant: string) => post<null>(`/grants/${grant}/confirm`);
export const endGrant = (grant: string) => del<null>(`/grants/${grant}`);

export const createToken = (name: string, days: number, client: string | null) =>
  post<TokenMade>('/tokens', { name, days, ...(client ? { client } : {}) });
export const revokeToken = (token: string) => del<null>(`/tokens/${token}`);

export const listClients = () => get<List<Client>>('/clients');
export const createClient = (made: NewClient) => post<{ id: string }>('/clients', made);
