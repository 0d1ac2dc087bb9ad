import { expect, test } from 'vitest';
import { begunOf, type HomeSent, partsOf, readHome } from './home.ts';

const heron = { id: 'c1', code_name: 'HERON', colour: 2 };
const sent: HomeSent = {
  projects: [
    { id: 'p1', name: 'Cardiology', client: heron, state: 'open', guideline_version: 4 },
    { id: 'p2', client: heron, state: 'agreement_needed' },
    { id: 'p3', name: 'Odd', client: heron, state: 'something_new' },
  ],
  open: [
    {
      assignment: 'a1',
      project: 'p1',
      step: 'label',
      purpose: 'work',
      lapses_at: 't',
      number: 4,
      begun_at: 'b',
      draft_at: 'd',
    },
    {
      assignment: 'a2',
      project: 'p1',
      step: 'label',
      purpose: 'prefetch',
      lapses_at: 't',
      number: 5,
      begun_at: 'b',
      draft_at: null,
    },
  ],
  unfinished: [{ assignment: 'a4', project: 'p1', number: 3, begun_at: 'b', draft_at: 'd', ended_at: 't' }],
  returned: [{ assignment: 'a3', project: 'gone', at: 't', lapses_at: 'u' }],
  recent: [],
  today: { submitted: 0, active_ms: 0 },
  server_now: 't',
};

test('what is fetched ahead was not begun', () => {
  expect(readHome(sent).open.map((one) => [one.assignment, one.project.name])).toEqual([
    ['a1', 'Cardiology'],
  ]);
});

test('a start goes on with what is begun in that project and step', () => {
  const home = readHome(sent);
  expect(begunOf(home, 'p1', 'label')?.assignment).toBe('a1');
  expect(begunOf(home, 'p1', 'review')).toBeUndefined();
  expect(begunOf(home, 'p2', 'label')).toBeUndefined();
});

test('begun work whose lease is over is still there, by the name of its project', () => {
  expect(readHome(sent).unfinished).toEqual([
    {
      assignment: 'a4',
      project: { id: 'p1', name: 'Cardiology' },
      number: 3,
      begun_at: 'b',
      draft_at: 'd',
      ended_at: 't',
    },
  ]);
});

test('what has no name yet, or no more, is called something', () => {
  const home = readHome(sent);
  expect(home.projects[1]?.name).toBe('A project of HERON');
  expect(home.returned[0]).toMatchObject({ project: { name: 'A closed project' }, reasons: [] });
});

test('a state this page does not know starts nothing', () => {
  expect(readHome(sent).projects[2]?.state).toBe('paused');
});

test('a reviewer finds first what waits, in an order that stays, and nothing is lost', () => {
  const tally = { p1: 0, p2: 3, p3: 0, p4: 1, p5: 0, p6: 0 };
  const projects = Object.entries(tally).map(([id, in_review]) => ({
    id,
    name: id,
    client: heron,
    state: id === 'p6' ? 'paused' : 'open',
    guideline_version: 1,
    tasks: { in_review, contested: 0 },
  }));
  const open = [{ ...sent.open[0]!, project: 'p5', step: 'review' as const }];
  const home = readHome({ ...sent, projects, open });
  const rests = (one: { state: string }) => one.state === 'paused';
  const ids = (reviews: boolean) => {
    const { waiting, quiet, resting } = partsOf(home.projects, { reviews, rests, begun: home.open });
    return [waiting, quiet, resting].map((some) => some.map(({ id }) => id).join(' '));
  };
  expect(ids(true)).toEqual(['p2 p4 p5', 'p1 p3', 'p6']);
  expect(ids(false)).toEqual(['p1 p2 p3 p4 p5', '', 'p6']);
});
