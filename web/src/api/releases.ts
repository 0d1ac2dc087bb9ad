// Releases of a project, and the keys they are signed with.

import { address, get, post } from './client.ts';
import type { NewRelease, List, Release, SigningKey } from './types.ts';

export const listReleases = (project: string, after: string | null) =>
  get<List<Release>>(`/projects/${project}/releases`, { after, limit: 200 });
export const findRelease = (release: string) => get<Release>(`/releases/${release}`);
export const orderRelease = (project: string, order: NewRelease) =>
  post<{ id: string; version: number; state: string }>(`/projects/${project}/releases`, order);
export const approveRelease = (release: string) =>
  post<{ approvals: number; state: string }>(`/releases/${release}/approve`);
export const deliverRelease = (release: string) => post<{ state: string }>(`/releases/${release}/deliver`);
/** Where a file is fetched; the `/` in its name is written `%2F`. */
export const fileAddress = (release: string, path: string) =>
  address(`/releases/${release}/files/${encodeURIComponent(path)}`);
export const listKeys = () => get<List<SigningKey>>('/keys');
