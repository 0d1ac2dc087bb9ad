import { expect, test } from 'vitest';
import { begunOf, type HomeSent, readHome } from './home.ts';

const heron = { id: 'c1', code_name: 'HERON', colour: 2 };
const sent: HomeSent = {
  projects: [
    { id: 'p1', name: 'Cardiology', client: heron, state: 'open', guideline_version: 4 },
    { id: 'p2', client: heron, state: 'agreement_needed' },
    { id: 'p3', name: 'Odd', client: heron, state: 'something_new' },
  ],
  open: [
    { assignment: 'a1', project: 'p1', step: 'label', purpose: 'work', lapses_at: 't', has_draft: true },
    { assignment: 'a2', project: 'p1', step: 'label', purpose: 'prefetch', lapses_at: 't', has_draft: false },
  ],
  unfinished: [{ assignment: 'a4', project: 'p1', ended_at: 't' }],
  returned: [{ assignment: 'a3', project: 'gone', at: 't', lapses_at: 'u' }],
  recent: [],
  today: { submitted: 0, active_ms: 0 },
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
    { assignment: 'a4', project: { id: 'p1', name: 'Cardiology' }, ended_at: 't' },
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
