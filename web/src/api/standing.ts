// How experts stand in a project: one's own, everybody's, and what is asked.

import { get, post, put } from './client.ts';
import type { Bars, OwnStanding, Standings } from './types.ts';

/** One's own standing, with its reasons. */
export const findStanding = (project: string) => get<OwnStanding>(`/projects/${project}/standing`);
export const askSecondLook = (project: string, words: string) =>
  post<{ id: string }>(`/projects/${project}/second-looks`, { words });

/** What is asked, who is not active, and second looks. */
export const listStandings = (project: string) => get<Standings>(`/projects/${project}/standings`);
export const putBars = (project: string, bars: Bars) => put<null>(`/projects/${project}/bars`, bars);
export const decideSecondLook = (look: string, restore: boolean, words: string) =>
  post<null>(`/second-looks/${look}/decision`, { restore, words });
