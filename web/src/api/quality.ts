// How good the answers of a project are.

import { get } from './client.ts';
import type { Quality } from './openapi.ts';

export const findQuality = (project: string) => get<Quality>(`/projects/${project}/quality`);
