// An expert's work: what waits, assignments, drafts, submitting.

import { type HomeSent, readHome } from '../logic/work/home.ts';
import { call, get, post, Problem, put } from './client.ts';
import type {
  Agreement,
  Answers,
  Assignment,
  Decision,
  DecisionReceipt,
  Guideline,
  Judged,
  Purpose,
  Receipt,
  ReviewReceipt,
  Step,
  SubmittedPage,
  SubmittedSent,
  Verdict,
  Work,
} from './types.ts';

export const findWork = async (): Promise<Work> => readHome(await get<HomeSent>('/work'));

/** `null` when nothing is left for this member. */
export const takeAssignment = (project: string, step: Step, purpose: Purpose) =>
  post<Assignment | null>(`/projects/${project}/assignments`, { step, purpose });
export const findAssignment = (assignment: string) => get<Assignment>(`/assignments/${assignment}`);
export const openAssignment = (assignment: string) =>
  post<{ lapses_at: string; server_now: string } | null>(`/assignments/${assignment}/opened`);
export const saveDraft = (assignment: string, answers: Answers, active_ms: number) =>
  put<null>(`/assignments/${assignment}/draft`, { answers, active_ms });
export const beat = (assignment: string) =>
  post<{ lapses_at: string; server_now: string }>(`/assignments/${assignment}/heartbeat`);
/** `outlives`: sent while the page closes. A browser lets that be done only with what is small. */
export const submitAnnotation = (
  assignment: string,
  answers: Answers,
  active_ms: number,
  key: string,
  { outlives = false } = {},
) => {
  const body = { answers, active_ms };
  const keepalive = outlives && JSON.stringify(body).length < 16_000;
  return post<Receipt>(`/assignments/${assignment}/annotation`, body, { idempotencyKey: key, keepalive });
};
export const skipAssignment = (assignment: string, reason: string, comment: string) =>
  post<null>(`/assignments/${assignment}/skip`, { reason, ...(comment ? { comment } : {}) });
export const flagAssignment = (assignment: string, reason: string, comment: string) =>
  post<null>(`/assignments/${assignment}/flag`, { reason, ...(comment ? { comment } : {}) });
/** What others answered; only after one's own judgement. */
export const findJudged = (assignment: string) => get<Judged>(`/assignments/${assignment}/judged`);
/** What one submitted, of all projects or of one. */
export const listSubmitted = (project: string | null, after: string | null) =>
  get<SubmittedPage>('/submitted', { project: project || undefined, after: after ?? undefined });
/** A task with one's own answers to it. A disclosure. */
export const findSubmitted = (assignment: string) =>
  get<SubmittedSent>(`/assignments/${assignment}/submitted`);
/** Outlives the page: a decision is not lost with the tab. */
export const decideReview = (assignment: string, verdict: Verdict) =>
  call<ReviewReceipt>('POST', `/assignments/${assignment}/review`, { body: verdict, keepalive: true });
export const decideTask = (assignment: string, decision: Decision) =>
  post<DecisionReceipt>(`/assignments/${assignment}/decision`, decision);
/** Outlives the page: a task fetched ahead goes back also when the tab is closed. */
export const releaseAssignment = (assignment: string) =>
  call<null>('POST', `/assignments/${assignment}/release`, { body: {}, keepalive: true });

export const findGuideline = (project: string) => get<Guideline>(`/projects/${project}/guideline`);
export const acknowledgeGuideline = (project: string, version: number) =>
  post<null>(`/projects/${project}/guideline/acknowledge`, { version });
export const findAgreement = (client: string) => get<Agreement>(`/clients/${client}/agreement`);
export const signAgreement = (client: string, version: number) =>
  post<null>(`/clients/${client}/agreement/sign`, { version });

/** To us it does not exist any more: what we held until now was closed, by a wall or with its project. */
export const isShut = (error: unknown): boolean => error instanceof Problem && error.status === 404;
/** The assignment is no longer ours to work on: lapsed and given on, withdrawn, walled, or already submitted. */
export const isGone = (error: unknown): boolean =>
  error instanceof Problem && [403, 404, 409, 410].includes(error.status);
