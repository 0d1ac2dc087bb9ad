// Projects as those who run or watch them see them: lists, figures, settings, versions, tasks.

import { get, patch, post } from './client.ts';
import type {
  AnnotationListed,
  Batch,
  Consensus,
  Flag,
  Guideline,
  List,
  NewProject,
  Preview,
  Progress,
  Project,
  ProjectChange,
  ProjectListed,
  TaskListed,
  TaskSent,
  Template,
} from './types.ts';

export const listProjects = () => get<List<ProjectListed>>('/projects');
export const findProject = (project: string) => get<Project>(`/projects/${project}`);
export const findProgress = (project: string) => get<Progress>(`/projects/${project}/progress`);
export const changeProject = (project: string, change: ProjectChange) =>
  patch<null>(`/projects/${project}`, change);
export const createProject = (client: string, made: NewProject) =>
  post<{ id: string }>(`/clients/${client}/projects`, made);

export const listBatches = (project: string) => get<List<Batch>>(`/projects/${project}/batches`);
export const listFlags = (project: string, open: boolean, after: string | null) =>
  get<List<Flag>>(`/projects/${project}/flags`, { open, after, limit: 200 });
/** Answers that came after their slot was taken. */
export const listLate = (project: string, after: string | null) =>
  get<List<AnnotationListed>>(`/projects/${project}/annotations`, { late: true, after });
export const admitAnnotation = (task: string, annotation: string) =>
  post<{ state: string }>(`/tasks/${task}/annotations/${annotation}/admit`);
export const resolveFlag = (flag: string) => post<null>(`/flags/${flag}/resolve`);
export type TaskFilter = { state?: string; batch?: string; externalId?: string };
/** Tasks in order of coming, without their content: of one state, of one batch, or the one that the client calls so. */
export const listTasks = (project: string, of: TaskFilter, after: string | null) =>
  get<List<TaskListed>>(`/projects/${project}/tasks`, {
    ...(of.state ? { state: of.state } : {}),
    ...(of.batch ? { batch: of.batch } : {}),
    ...(of.externalId ? { external_id: of.externalId } : {}),
    after,
    limit: 500,
  });
/** Tasks by id, at most 1,000; 9 is given out first. */
export const setPriority = (project: string, priority: number, tasks: string[]) =>
  post<{ moved: number }>(`/projects/${project}/priorities`, { priority, tasks });
export const findConsensus = (task: string) => get<Consensus>(`/tasks/${task}/consensus`);
/** Somebody else decides; what stands until then is kept. */
export const reopenDecision = (task: string, reason: string) =>
  post<null>(`/tasks/${task}/decision/reopen`, { reason });
/** A disclosure: the task's content and every answer. */
export const findTask = (task: string) => get<TaskSent>(`/tasks/${task}`);

export const preview = (schema: unknown, row: unknown, signal?: AbortSignal) =>
  post<Preview>('/preview', { schema, ...(row === undefined ? {} : { row }) }, { signal });
export const createSchema = (project: string, schema: Template) =>
  post<{ version: number }>(`/projects/${project}/schemas`, { schema });
export const createGuideline = (project: string, text: string) =>
  post<{ version: number }>(`/projects/${project}/guidelines`, { text });
export const newestGuideline = (project: string) => get<Guideline>(`/projects/${project}/guideline`);
