// Clients as those who keep them see them: key, agreement, holds.

import { del, get, patch, post } from './client.ts';
import type { AgreementListed, Client, ClientChange, ClientSent, Hold, List, NewClient } from './types.ts';

export const listClients = () => get<List<Client>>('/clients');
export const createClient = (made: NewClient) => post<{ id: string }>('/clients', made);
export const findClient = (client: string) => get<ClientSent>(`/clients/${client}`);
export const changeClient = (client: string, change: ClientChange) =>
  patch<null>(`/clients/${client}`, change);

export const listAgreementVersions = (client: string) =>
  get<List<AgreementListed>>(`/clients/${client}/agreements`);
export const createAgreement = (client: string, text: string) =>
  post<{ version: number }>(`/clients/${client}/agreements`, { text });

export const listHolds = (client: string) => get<List<Hold>>(`/clients/${client}/holds`);
export const placeHold = (client: string, reason: string, project: string | null) =>
  post<{ id: string }>(`/clients/${client}/holds`, { reason, ...(project ? { project } : {}) });
export const releaseHold = (hold: string) => post<null>(`/holds/${hold}/release`);

/** Two people destroy a key: one orders it, another confirms. */
export const orderDestruction = (client: string, codeName: string) =>
  post<null>(`/clients/${client}/key_destruction`, { code_name: codeName });
export const cancelDestruction = (client: string) => del<null>(`/clients/${client}/key_destruction`);
export const confirmDestruction = (client: string) =>
  post<null>(`/clients/${client}/key_destruction/confirm`);
