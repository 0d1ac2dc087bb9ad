// How good the answers of a project are.

import { get } from './client.ts';
import type { OwnReviewing, Quality } from './openapi.ts';

export const findQuality = (project: string) => get<Quality>(`/projects/${project}/quality`);
/** How the caller reviews, by the gold among what he was given. */
export const findOwnReviewing = (project: string) => get<OwnReviewing>(`/projects/${project}/reviewing`);
