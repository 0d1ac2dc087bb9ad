// Accounts, invitations, grants into clients, profiles, credentials, tokens.

import { del, get, post, put } from './client.ts';
import type {
  Grant,
  InvitationListed,
  Invited,
  List,
  Member,
  NewCredential,
  ProfileSaid,
  ProfileSent,
  Role,
  TokenListed,
  TokenMade,
} from './types.ts';

export const listMembers = (after: string | null) => get<List<Member>>('/members', { after, limit: 500 });
/** Every account, page after page: an installation has as many as it has people. */
export async function allMembers(): Promise<Member[]> {
  const all: Member[] = [];
  let after: string | null = null;
  do {
    const page: List<Member> = await get<List<Member>>('/members', { after, limit: 1000 });
    all.push(...page.items);
    after = page.next;
  } while (after !== null && all.length < 20_000);
  return all;
}
export const suspendMember = (member: string) => post<null>(`/members/${member}/suspend`);
/** For good. How many entries lost what named the person. */
export const eraseMember = (member: string) => post<{ entries: number }>(`/members/${member}/erase`);
export const resumeMember = (member: string) => post<null>(`/members/${member}/resume`);

export const invite = (role: Role, email: string) => post<Invited>('/invitations', { role, email });
export const listInvitations = (after: string | null) =>
  get<List<InvitationListed>>('/invitations', { after, limit: 200 });
export const revokeInvitation = (invitation: string) => post<null>(`/invitations/${invitation}/revoke`);

export const listGrants = (client: string) => get<List<Grant>>(`/clients/${client}/grants`);
export const proposeGrant = (client: string, member: string) =>
  post<{ id: string }>(`/clients/${client}/grants`, { member });
export const confirmGrant = (grant: string) => post<null>(`/grants/${grant}/confirm`);
export const endGrant = (grant: string) => del<null>(`/grants/${grant}`);

export const findOwnProfile = () => get<ProfileSent>('/profile');
export const saveOwnProfile = (profile: ProfileSaid) => put<null>('/profile', profile);
export const findProfile = (member: string) => get<ProfileSent>(`/members/${member}/profile`);
export const verifyCredential = (member: string, credential: NewCredential) =>
  post<{ id: string }>(`/members/${member}/credentials`, credential);
export const takeBackCredential = (credential: string) => del<null>(`/credentials/${credential}`);

export const listTokens = () => get<List<TokenListed>>('/tokens');
export const createToken = (name: string, days: number, scopes: string[], client: string | null) =>
  post<TokenMade>('/tokens', { name, days, scopes, ...(client ? { client } : {}) });
export const revokeToken = (token: string) => del<null>(`/tokens/${token}`);
