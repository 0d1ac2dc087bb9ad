// Cases, what they do at once, and outside logs.

import { call, get, post } from './client.ts';
import type {
  CaseFound,
  CaseListed,
  Declaration,
  FactKind,
  FactsListed,
  List,
  LogListed,
  OutsideErased,
  OwnCase,
  StandingRule,
} from './types.ts';

export const listCases = (state: string, after: string | null) =>
  get<List<CaseListed>>('/cases', { state, after });
export const findCase = (id: string) => get<CaseFound>(`/cases/${id}`);
export const decideCase = (id: string, verdict: 'true' | 'benign', reason: string) =>
  post<null>(`/cases/${id}/decision`, { verdict, reason });
export const contestCase = (id: string, reason: string) => post<null>(`/cases/${id}/contest`, { reason });
export const askReveal = (id: string, reason: string) =>
  post<{ id: string }>(`/cases/${id}/reveals`, { reason });
export const decideReveal = (id: string, approved: boolean) =>
  post<null>(`/reveals/${id}/decision`, { approved });

export const listOwnCases = () => get<{ items: OwnCase[] }>('/own/cases');

export const findStandingRule = () => get<{ rule: StandingRule | null }>('/watch/standing-rule');
export const putStandingRule = (rule: StandingRule) =>
  call<null>('PUT', '/watch/standing-rule', { body: rule });
export const findDeclaration = () => get<{ declaration: Declaration | null }>('/watch/declaration');
export const putDeclaration = (body: Declaration) => call<null>('PUT', '/watch/declaration', { body });
export const endDeclaration = () => call<null>('DELETE', '/watch/declaration');
export const eraseOutsider = (address: string) => post<OutsideErased>('/watch/erasures', { address });
export const listWatchFacts = () => get<{ items: FactsListed[] }>('/watch/facts');
export const putWatchFacts = (kind: FactKind, file: File) =>
  call<FactsListed>('PUT', `/watch/facts/${kind}`, { raw: { type: 'application/x-ndjson', body: file } });
export const deleteWatchFacts = (kind: FactKind) => call<null>('DELETE', `/watch/facts/${kind}`);
export const listLogs = () => get<{ items: LogListed[] }>('/watch/logs');
export const readLog = (file: File) =>
  call<LogListed>('POST', '/watch/logs', {
    raw: { type: 'application/x-ndjson', body: file },
    query: { name: file.name },
  });
