// A client leaving with all that is its own: ordered, built, approved by two persons, fetched.

import { address, del, get, post } from './client.ts';
import type { Departure, List } from './types.ts';

export const listDepartures = (client: string) => get<List<Departure>>(`/clients/${client}/departures`);
export const findDeparture = (departure: string) => get<Departure>(`/departures/${departure}`);
export const orderDeparture = (client: string) => post<{ id: string }>(`/clients/${client}/departures`);
export const approveDeparture = (departure: string) => post<Departure>(`/departures/${departure}/approve`);
export const endDeparture = (departure: string) => del<null>(`/departures/${departure}`);
/** Where a file is fetched; the `/` in its name is written `%2F`. */
export const departureFile = (departure: string, path: string) =>
  address(`/departures/${departure}/files/${encodeURIComponent(path)}`);
