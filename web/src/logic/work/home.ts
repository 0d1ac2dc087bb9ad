// The server's answer about what waits, as the page needs it: a project is named wherever it is mentioned.

import type {
  ClientRef,
  CourseAtHome,
  ProjectState,
  StandingState,
  Step,
  TaskCounts,
  Work,
} from '../../api/types.ts';

type Project = Work['projects'][number];

/** What `GET /work` says. Projects are named once; the rest names them by id. */
export type HomeSent = {
  projects: {
    id: string;
    name?: string;
    client: ClientRef;
    state: string;
    guideline_version?: number | null;
    tasks?: TaskCounts & { contested?: number };
    standing?: StandingState | null;
    course?: CourseAtHome | null;
  }[];
  open: {
    assignment: string;
    project: string;
    step: Step;
    purpose: string;
    lapses_at: string;
    number: number;
    begun_at: string;
    draft_at: string | null;
  }[];
  /** Begun, with a draft, and its lease is over: to be gone on with while nobody else has it. */
  unfinished: {
    assignment: string;
    project: string;
    number: number;
    begun_at: string;
    draft_at: string;
    ended_at: string;
  }[];
  /** `at`: when it came back; until `lapses_at` it is kept for its author. */
  returned: {
    assignment: string;
    project: string;
    at: string;
    lapses_at: string;
    reasons?: string[];
    comment?: string | null;
  }[];
  recent: { annotation: string; project: string; state: string; at: string }[];
  today: { submitted: number; active_ms: number };
  /** The server's clock at the answer: how long a lease lasts is reckoned by it. */
  server_now: string;
};

/** Work of a project and step that one has in hand: a start goes on with it. */
export const begunOf = (work: Pick<Work, 'open'>, project: string, step: Step) =>
  work.open.find((one) => one.project.id === project && one.step === step);

/**
 * The projects of a home in three parts, each in the server's own order: where something is to be done, where whoever reviews finds
 * nothing waiting (something may still have come since), and where nothing new is to be had.
 */
export function partsOf(
  projects: Work['projects'],
  { reviews, rests, begun }: { reviews: boolean; rests: (one: Project) => boolean; begun: Work['open'] },
): { waiting: Work['projects']; quiet: Work['projects']; resting: Work['projects'] } {
  const waits = (one: Project) =>
    !reviews ||
    one.state !== 'open' ||
    one.in_review + one.contested > 0 ||
    begun.some((held) => held.project.id === one.id);
  const able = projects.filter((one) => !rests(one));
  return {
    waiting: able.filter(waits),
    quiet: able.filter((one) => !waits(one)),
    resting: projects.filter(rests),
  };
}

const known: ProjectState[] = ['open', 'agreement_needed', 'guideline_needed', 'paused', 'nothing_left'];

/** A project whose agreement is not signed has no name yet: it is called after its client. */
export function readHome(sent: HomeSent): Work {
  const projects = sent.projects.map((project) => ({
    id: project.id,
    name: project.name ?? `A project of ${project.client.code_name}`,
    client: project.client,
    state: known.find((state) => state === project.state) ?? 'paused',
    guideline_version: project.guideline_version ?? null,
    standing: project.standing === 'active' ? null : (project.standing ?? null),
    course: project.course ?? null,
    in_review: project.tasks?.in_review ?? 0,
    contested: project.tasks?.contested ?? 0,
  }));
  const ref = (id: string) => ({
    id,
    name: projects.find((project) => project.id === id)?.name ?? 'A closed project',
  });
  return {
    projects,
    // What is fetched ahead was not begun.
    open: sent.open
      .filter((one) => one.purpose !== 'prefetch')
      .map((one) => ({ ...one, project: ref(one.project) })),
    unfinished: sent.unfinished.map((one) => ({ ...one, project: ref(one.project) })),
    returned: sent.returned.map((one) => ({ ...one, reasons: one.reasons ?? [], project: ref(one.project) })),
    recent: sent.recent.map((one) => ({ ...one, project: ref(one.project) })),
    today: sent.today,
    server_now: sent.server_now,
  };
}
