// A contested task before the real server: two disagree, the reviewer's home says that a decision waits, he decides it on a page
// of its own, and the task's page says so, until an operator has it decided anew. Pictures and axe in both themes and widths.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientOf, looked, rounding, send } from './asking.ts';
import { findings } from './axe.ts';
import { Demo } from './demo.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await Demo.start();
}, 600_000);
afterAll(() => demo?.stop());

const TASKS = 8;

test('what two could not settle is decided by a third', async () => {
  const operator = await demo.as('Operator');
  const ask = operator.context().request;
  const heron = await clientOf(demo, ask, 'HERON');
  const pipeline = { overlap: 2, review_rate: 0, adjudicate: { below: 0.8 } };
  const made = {
    name: 'Rounding, contested',
    schema: rounding,
    guideline: 'Round ends in a zero.',
    pipeline,
  };
  const project = (await send(demo, ask, 'POST', `/clients/${heron}/projects`, made)).id as string;
  for (let n = 1; n <= TASKS; n++) {
    const row = { external_id: `c${n}`, data: { question: `Is ${n} a round number?` } };
    await send(demo, ask, 'POST', `/projects/${project}/tasks`, row);
  }
  for (const who of ['Expert in biology', 'Expert in law'] as const) {
    const expert = await demo.as(who);
    const work = expert.context().request;
    await send(demo, work, 'POST', `/projects/${project}/guideline/acknowledge`, { version: 1 });
    for (let n = 0; n < TASKS; n++) {
      const taken = await send(demo, work, 'POST', `/projects/${project}/assignments`, {});
      const text = (taken.content as { question: { text: string } }).question.text;
      const contested = who === 'Expert in law' && /Is [37] /.test(text);
      const answers = { verdict: { value: contested ? 'yes' : 'no' } };
      const path = `/assignments/${taken.id as string}/annotation`;
      await send(demo, work, 'POST', path, { answers, active_ms: 61_000 });
    }
    await expert.context().close();
  }

  const reviewer = await demo.as('Reviewer');
  const row = reviewer.getByRole('listitem').filter({ hasText: 'Rounding, contested' });
  for (let tries = 0; ; tries++) {
    await reviewer.goto(`${demo.origin}/work?quiet=shown`);
    await row.waitFor();
    if (await row.getByText('Waiting: 2 decisions').count()) break;
    if (tries > 300) throw new Error('no decision waits');
    await reviewer.waitForTimeout(500);
  }
  await reviewer.screenshot({ path: 'shots/deciding-home.png' });
  await row.getByRole('button', { name: 'Decide' }).click();
  await reviewer.getByRole('heading', { name: 'Your decision' }).waitFor();
  // What each said stands where it is decided.
  const known = reviewer.getByRole('list', { name: 'What was answered' });
  expect((await known.innerText()).match(/\b(Yes|No)\b/g)?.sort()).toEqual(['No', 'Yes']);
  const wrong: string[] = [];
  for (const [width, height] of [
    [1440, 900],
    [1024, 768],
  ] as const) {
    await reviewer.setViewportSize({ width, height });
    for (const colorScheme of ['light', 'dark'] as const) {
      await reviewer.emulateMedia({ colorScheme });
      await reviewer.screenshot({ path: `shots/deciding-${width}-${colorScheme}.png` });
      wrong.push(...(await findings(reviewer)));
      const sideways = await reviewer.evaluate('document.documentElement.scrollWidth - innerWidth');
      if ((sideways as number) > 0) wrong.push(`${sideways as number} px too wide at ${width}`);
    }
  }
  const first = reviewer.url();
  await reviewer.keyboard.press('t');
  await reviewer.getByRole('radio', { checked: true }).waitFor();
  await reviewer.screenshot({ path: 'shots/deciding-begun.png' });
  await reviewer.keyboard.press('Control+Enter');
  await reviewer.waitForURL((url) => url.pathname.startsWith('/decide/') && url.href !== first);
  await reviewer.getByLabel('Why').fill('Seven ends in no zero.');
  await reviewer.getByRole('radio', { name: /no/i }).check();
  await reviewer.keyboard.press('Control+Enter');
  await reviewer.waitForURL((url) => url.pathname === '/work');
  await reviewer.context().close();

  type Report = { report: { decided_tasks: number } | null };
  for (let tries = 0; ; tries++) {
    const found = (await send(demo, ask, 'GET', `/projects/${project}/quality`)) as Report;
    if (found.report?.decided_tasks === 2) break;
    if (tries > 300) throw new Error('the report does not know the decisions');
    await operator.waitForTimeout(500);
  }
  const tasks = (await send(demo, ask, 'GET', `/projects/${project}/tasks?limit=20`)) as {
    items: { id: string }[];
  };
  let decided = '';
  for (const { id } of tasks.items) {
    const one = (await send(demo, ask, 'GET', `/tasks/${id}/consensus`)) as {
      decided: { comment: string | null } | null;
    };
    if (one.decided?.comment) decided = id;
  }
  await operator.context().close();
  wrong.push(
    ...(await looked(demo, 'Operator', `/projects/${project}/tasks/${decided}`, 'Decided', 'task-decided')),
  );
  const again = await demo.as('Operator');
  await again.goto(`${demo.origin}/projects/${project}/tasks/${decided}`);
  await again.getByRole('button', { name: 'Have it decided anew…' }).click();
  await again.getByLabel('Why shall it be decided anew?').fill('Look at the last digit alone.');
  await again.getByRole('button', { name: 'Have it decided anew', exact: true }).click();
  await again.getByText('To be decided anew').waitFor();
  await again.getByText('Look at the last digit alone.').waitFor();
  await again.context().close();
  wrong.push(
    ...(await looked(
      demo,
      'Operator',
      `/projects/${project}/tasks/${decided}`,
      'To be decided anew',
      'task-reopened',
    )),
  );
  wrong.push(
    ...(await looked(
      demo,
      'Operator',
      `/projects/${project}/quality`,
      'For each accepted task',
      'quality-cost',
    )),
  );
  wrong.push(
    ...(await looked(
      demo,
      'Operator',
      `/projects/${project}/settings`,
      'Contested below',
      'settings-adjudicate',
    )),
  );
  expect(wrong).toEqual([]);
  expect(demo.said.filter((line) => !line.startsWith('debug'))).toEqual([]);
}, 300_000);
