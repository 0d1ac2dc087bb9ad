// Signing in and out, invitations.

import { call, get, post } from './client.ts';
import type { Invitation, Me } from './types.ts';

export const signIn = (email: string, password: string, code?: string) =>
  post<Me>('/session', { email, password, ...(code ? { code } : {}) });
export const signInByLink = (secret: string) => post<Me>('/session/link', { secret });
export const findInvitation = (secret: string) =>
  get<Invitation>(`/invitations/${encodeURIComponent(secret)}`);
export const acceptInvitation = (secret: string, answer: { name: string; password: string; code?: string }) =>
  call<Me>('POST', `/invitations/${encodeURIComponent(secret)}`, { body: answer });
