// A stand-in for the server while developing: the expert's part of the API, in memory, with our own fixtures.
// It keeps no secrets and checks little; it is never built into the app.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answers, Assignment, Content, Me, Schema } from '../src/api/types.ts';
import type { HomeSent } from '../src/logic/work/home.ts';
import * as cardiology from './fixtures/cardiology.ts';
import * as clauses from './fixtures/clauses.ts';
import * as code from './fixtures/code.ts';
import * as triage from './fixtures/triage.ts';

type Source = { schema: Schema; tasks: Content[]; guideline: string };
type Project = {
  id: string;
  name: string;
  client: string;
  source: Source;
  copy: boolean;
  guidelineVersion: number;
  returned?: boolean;
};
type Reply = { status: number; body?: unknown };

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const clients = [
  { id: uuid(1), code_name: 'HERON', colour: 0 },
  { id: uuid(2), code_name: 'LARK', colour: 1 },
];
const projects: Project[] = [
  {
    id: uuid(11),
    name: 'Preference, cardiology',
    client: 'HERON',
    source: cardiology,
    copy: false,
    guidelineVersion: 4,
  },
  { id: uuid(12), name: 'Triage talks', client: 'HERON', source: triage, copy: true, guidelineVersion: 1 },
  { id: uuid(13), name: 'Clause mark-up', client: 'LARK', source: clauses, copy: true, guidelineVersion: 2 },
  { id: uuid(14), name: 'Code answers', client: 'LARK', source: code, copy: true, guidelineVersion: 1 },
];
const me: Me = {
  member: uuid(90),
  person: uuid(91),
  name: 'Dr R. Example',
  email: 'expert@example.org',
  role: 'expert',
  clients,
  one_person_installation: false,
};
const agreement = `# Confidentiality\n\nWhat I am sent, I keep to myself. I do not copy it, I do not feed it to other services, and I tell the client at once if it was lost.\n\n1. This holds for **five years** after my last task.\n2. It does not bind me where the law obliges me to speak.`;

type Held = { assignment: Assignment; lapsesMs: number; done: boolean };

export class Mock {
  signedIn = false;
  leaseMs = 25 * 60_000;
  #held = new Map<string, Held>();
  #next = new Map<string, number>();
  #number = 36;
  #id = 1000;
  #signed = new Set<string>();
  #acknowledged = new Set<string>([uuid(11), uuid(12), uuid(14)]);
  submitted: { assignment: string; answers: Answers; active_ms: number; key: string }[] = [];
  calls: string[] = [];
  drafts = new Map<string, Answers>();

  constructor() {
    const back = this.#make(projects[3] as Project, 'work');
    back.returned = {
      reasons: ['criterion_misread'],
      comment: 'Criterion 3 asks for what memory grows with; the answer does say so.',
      answers: {},
    };
    this.#number = 37;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://mock');
    const path = url.pathname.replace('/api/v1', '');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body = text ? (JSON.parse(text) as Record<string, unknown>) : {};
    this.calls.push(`${request.method} ${path}`);
    const reply = this.#answer(
      request.method ?? 'GET',
      path,
      body,
      String(request.headers['idempotency-key'] ?? ''),
    );
    response.writeHead(reply.status, {
      'Content-Type': reply.status >= 400 ? 'application/problem+json' : 'application/json',
      'Cache-Control': 'no-store',
    });
    response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
  }

  #answer(method: string, path: string, body: Record<string, unknown>, key: string): Reply {
    const [, head, id, tail, last] = path.split('/');
    const asked = `${method} /${head}${id ? '/:' : ''}${tail ? `/${tail}` : ''}${last ? `/${last}` : ''}`;
    if (asked === 'POST /session') return this.#signIn(body);
    if (path === '/session/link') return this.#enter();
    if (head === 'invitations' && id) return this.#invitation(method);
    if (!this.signedIn) return problem(401, 'signed_out', 'You are not signed in.');
    switch (asked) {
      case 'GET /session':
        return { status: 200, body: me };
      case 'DELETE /session':
      case 'DELETE /sessions':
        this.signedIn = false;
        return { status: 204 };
      case 'GET /tokens':
        return { status: 200, body: { items: [], next: null } };
      case 'GET /own/:':
        return { status: 200, body: { items: [] } };
      case 'GET /work':
        return { status: 200, body: this.#work() };
      case 'GET /profile':
        return {
          status: 200,
          body: {
            domains: ['cardiology'],
            degrees: [{ title: 'MD', institution: 'University of Graz', year: 2009 }],
            languages: ['en', 'de'],
            credentials: [],
          },
        };
      case 'PUT /profile':
        return { status: 204 };
      case 'GET /clients/:/agreement':
        return {
          status: 200,
          body: { version: 1, text: agreement, created_at: new Date().toISOString(), signed_at: null },
        };
      case 'POST /clients/:/agreement/sign':
        this.#signed.add('LARK');
        return { status: 204 };
      case 'GET /projects/:/guideline': {
        const project = projects.find((one) => one.id === id);
        return project
          ? { status: 200, body: { version: project.guidelineVersion, text: project.source.guideline } }
          : missing;
      }
      case 'POST /projects/:/guideline/acknowledge':
        this.#acknowledged.add(id ?? '');
        return { status: 204 };
      case 'POST /projects/:/assignments':
        return this.#take(id ?? '', String(body.purpose ?? 'work'));
    }
    if (head === 'assignments' && id) return this.#onAssignment(method, id, tail, body, key);
    return missing;
  }

  /** The text of a field of the task taken last. */
  textOf(field: string): string {
    const all = [...this.#held.values()].filter(
      (one) => one.assignment.purpose === 'work' && one.assignment.content[field],
    );
    const body = all.at(-1)?.assignment.content[field];
    return body?.type === 'text' ? body.text : '';
  }

  #signIn(body: Record<string, unknown>): Reply {
    if (body.password !== 'a long sentence') return problem(401, 'wrong_credentials', 'wrong');
    if (body.email === 'operator@example.org' && !body.code)
      return problem(401, 'code_required', 'A code is needed.');
    return this.#enter();
  }
  #enter(): Reply {
    this.signedIn = true;
    return { status: 201, body: me };
  }
  #invitation(method: string): Reply {
    if (method === 'POST') return this.#enter();
    const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
    return {
      status: 200,
      body: {
        role: 'reviewer',
        email: 'reviewer@example.org',
        code_required: true,
        totp: { secret, uri: `otpauth://totp/Vouchsafe?secret=${secret}` },
      },
    };
  }

  #work(): HomeSent {
    const open = [...this.#held.values()].filter((one) => !one.done && one.assignment.purpose === 'work');
    return {
      projects: projects.map((project) => ({
        id: project.id,
        name: project.name,
        client: clients.find((c) => c.code_name === project.client) as Me['clients'][0],
        state:
          project.client === 'LARK' && !this.#signed.has('LARK')
            ? 'agreement_needed'
            : !this.#acknowledged.has(project.id)
              ? 'guideline_needed'
              : 'open',
        guideline_version: project.guidelineVersion,
      })),
      open: open
        .filter((one) => !one.assignment.returned)
        .map(({ assignment, lapsesMs }) => ({
          assignment: assignment.id,
          project: assignment.project.id,
          purpose: assignment.purpose,
          step: assignment.step,
          lapses_at: new Date(lapsesMs).toISOString(),
          number: assignment.number,
          begun_at: new Date(Date.now() - 600_000).toISOString(),
          draft_at: assignment.draft ? new Date().toISOString() : null,
        })),
      returned: open
        .filter((one) => one.assignment.returned)
        .map(({ assignment }) => ({
          assignment: assignment.id,
          project: assignment.project.id,
          reasons: assignment.returned?.reasons ?? [],
          comment: assignment.returned?.comment,
          at: new Date(Date.now() - 3_600_000).toISOString(),
          lapses_at: new Date(Date.now() + 86_400_000 * 3).toISOString(),
        })),
      unfinished: [],
      recent: [
        {
          annotation: uuid(501),
          project: uuid(11),
          state: 'accepted',
          at: new Date(Date.now() - 5_400_000).toISOString(),
        },
        {
          annotation: uuid(502),
          project: uuid(12),
          state: 'in_review',
          at: new Date(Date.now() - 9_000_000).toISOString(),
        },
      ],
      today: { submitted: 12 + this.submitted.length, active_ms: 4_320_000 },
      server_now: new Date().toISOString(),
    };
  }

  #make(project: Project, purpose: 'work' | 'prefetch'): Assignment {
    const at = this.#next.get(project.id) ?? 0;
    this.#next.set(project.id, at + 1);
    const content = project.source.tasks[at % project.source.tasks.length] as Content;
    const assignment: Assignment = {
      id: uuid(this.#id++),
      task: uuid(this.#id++),
      project: { id: project.id, name: project.name },
      client: clients.find((c) => c.code_name === project.client) as Assignment['client'],
      step: 'label',
      state: 'leased',
      purpose,
      number: ++this.#number,
      lapses_at: '',
      server_now: '',
      schema_version: 1,
      guideline_version: project.guidelineVersion,
      schema: project.source.schema,
      content,
      presented: content.answers?.type === 'candidates' ? { answers: ['c1', 'c2'] } : {},
      draft: null,
      returned: null,
      annotation: null,
      answers: [],
      reasons: [],
      copy_allowed: project.copy,
    };
    this.#held.set(assignment.id, { assignment, lapsesMs: Date.now() + this.leaseMs, done: false });
    return assignment;
  }
  #timed(held: Held): Assignment {
    return {
      ...held.assignment,
      lapses_at: new Date(held.lapsesMs).toISOString(),
      server_now: new Date().toISOString(),
    };
  }
  #take(id: string, purpose: string): Reply {
    const project = projects.find((one) => one.id === id);
    if (!project) return missing;
    const made = this.#make(project, purpose === 'prefetch' ? 'prefetch' : 'work');
    return { status: 201, body: this.#timed(this.#held.get(made.id) as Held) };
  }

  #onAssignment(
    method: string,
    id: string,
    tail: string | undefined,
    body: Record<string, unknown>,
    key: string,
  ): Reply {
    const held = this.#held.get(id);
    if (!held) return missing;
    if (tail === 'annotation' && this.submitted.some((one) => one.key === key)) return this.#receipt();
    if (held.done) return problem(410, 'gone', 'This assignment is closed.');
    switch (tail) {
      case undefined:
        // As the server: looking at a lapsed task that nobody else holds takes it again.
        if (held.lapsesMs < Date.now()) held.lapsesMs = Date.now() + this.leaseMs;
        return { status: 200, body: this.#timed(held) };
      case 'opened':
        held.assignment.purpose = 'work';
        return this.#renew(held);
      case 'heartbeat':
        return this.#renew(held);
      case 'draft':
        this.drafts.set(id, body.answers as Answers);
        held.assignment.draft = {
          answers: body.answers as Answers,
          active_ms: Number(body.active_ms),
          at: new Date().toISOString(),
        };
        return { status: 204 };
      case 'annotation':
        held.done = true;
        this.submitted.push({
          assignment: id,
          answers: body.answers as Answers,
          active_ms: Number(body.active_ms),
          key,
        });
        return this.#receipt();
      case 'flag':
        return { status: 204 };
      case 'skip':
      case 'release':
        held.done = true;
        return { status: 204 };
    }
    return method ? missing : missing;
  }
  #renew(held: Held): Reply {
    held.lapsesMs = Date.now() + this.leaseMs;
    const { lapses_at, server_now } = this.#timed(held);
    return { status: 200, body: { lapses_at, server_now } };
  }
  #receipt(): Reply {
    return {
      status: 201,
      body: { annotation: uuid(this.#id++), state: 'submitted', at: new Date().toISOString() },
    };
  }
}

const problem = (status: number, slug: string, detail: string): Reply => ({
  status,
  body: { type: `urn:vouchsafe:problem:${slug}`, title: detail, status, detail, slug, request_id: 'mock' },
});
const missing = problem(404, 'not_found', 'There is no such thing, or it is not for you.');
