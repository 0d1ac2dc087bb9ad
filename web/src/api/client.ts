// One door to the server: JSON in and out, problem+json turned into `Problem`, a key for every repeatable POST.

import type { ProblemBody } from './types.ts';

const base = '/api/v1';

/** What went wrong, in the server's words. `status` 0 means that the server was not reached. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly slug: string,
    readonly detail: string,
    readonly errors: { path: string; rule: string }[] = [],
    readonly requestId: string | null = null,
    readonly retryAfterS: number | null = null,
  ) {
    super(detail);
    this.name = 'Problem';
  }

  /** Trying the same again may work: no connection, overload, or the server's own fault. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type Call = {
  body?: unknown;
  /** Sent as it is, with its own content type (NDJSON imports). */
  raw?: { type: string; body: BodyInit };
  query?: Record<string, string | number | boolean | null | undefined>;
  /** A repeat with the same key is the same request. Every POST gets one of its own otherwise. */
  idempotencyKey?: string;
  signal?: AbortSignal;
  /** Lets the request outlive the page (sign-out, closing the tab). */
  keepalive?: boolean;
};

const lostListeners = new Set<() => void>();
/** Called whenever the server no longer knows who we are. */
export function onSessionLost(listener: () => void): () => void {
  lostListeners.add(listener);
  return () => lostListeners.delete(listener);
}

export function address(path: string, query: Call['query'] = {}): string {
  const pairs = Object.entries(query).filter(([, v]) => v !== null && v !== undefined && v !== '');
  const search = new URLSearchParams(pairs.map(([k, v]) => [k, String(v)])).toString();
  return base + path + (search ? `?${search}` : '');
}

/** Calls the server. 204 answers `null`. Throws `Problem`, or `AbortError` when aborted. */
export async function call<T>(method: Method, path: string, options: Call = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (method !== 'GET') headers['X-Vouchsafe'] = '1';
  if (method === 'POST') headers['Idempotency-Key'] = options.idempotencyKey ?? crypto.randomUUID();
  let body: BodyInit | undefined;
  if (options.raw) {
    headers['Content-Type'] = options.raw.type;
    body = options.raw.body;
  } else if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json';
    body = JSON.stringify(options.body);
  }
  let reply: Response;
  try {
    reply = await fetch(address(path, options.query), {
      method,
      headers,
      body,
      signal: options.signal,
      keepalive: options.keepalive,
      credentials: 'same-origin',
      cache: 'no-store',
    });
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new Problem(0, 'offline', 'The server was not reached.');
  }
  if (reply.status === 204) return null as T;
  if (reply.ok) {
    const text = await reply.text();
    return (text ? JSON.parse(text) : null) as T;
  }
  const problem = await toProblem(reply);
  if (reply.status === 401 && path !== '/session') lostListeners.forEach((tell) => tell());
  throw problem;
}

async function toProblem(reply: Response): Promise<Problem> {
  let body: Partial<ProblemBody> = {};
  try {
    body = (await reply.json()) as ProblemBody;
  } catch {
    // Not ours: a proxy's page, or nothing. The status still says enough.
  }
  const slug = body.slug ?? body.type?.split(':').pop() ?? 'unknown';
  const detail = body.detail ?? body.title ?? `The server answered ${reply.status}.`;
  const retryAfter = Number(reply.headers.get('Retry-After'));
  return new Problem(
    reply.status,
    slug === 'about' ? 'unknown' : slug,
    detail,
    body.errors ?? [],
    body.request_id ?? null,
    Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
  );
}

export const get = <T>(path: string, query?: Call['query'], signal?: AbortSignal) =>
  call<T>('GET', path, { query, signal });
export const post = <T>(path: string, body: unknown = {}, options: Omit<Call, 'body'> = {}) =>
  call<T>('POST', path, { ...options, body });
export const put = <T>(path: string, body: unknown) => call<T>('PUT', path, { body });
export const patch = <T>(path: string, body: unknown) => call<T>('PATCH', path, { body });
export const del = <T>(path: string) => call<T>('DELETE', path);
