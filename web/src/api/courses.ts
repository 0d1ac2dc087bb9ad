// Qualification courses: what one asks, its results, and how the caller stands in it.

import { get, put } from './client.ts';
import type { CourseFound, CourseSaid, OwnCourse } from './types.ts';

export const findCourse = (project: string) => get<CourseFound>(`/projects/${project}/course`);
export const putCourse = (project: string, course: CourseSaid | null) =>
  put<null>(`/projects/${project}/course`, { course });
export const findOwnCourse = (project: string) => get<OwnCourse>(`/projects/${project}/course/own`);
