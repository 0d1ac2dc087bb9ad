// How an expert stands, before the real server: who gets gold wrong is paused, is told why, asks for a second look, and
// another person than whoever set the rule decides it. Pictures and axe of both pages in both themes.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientOf, goldRow, looked, rounding, send } from './asking.ts';
import { Demo } from './demo.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await Demo.start();
}, 600_000);
afterAll(() => demo?.stop());

const GOLD = 24;
const name = 'Rounding, with gold';

/** A project of gold alone that asks nine in ten, and an expert who gets all of it wrong. */
async function fallen(): Promise<string> {
  const operator = await demo.as('Operator');
  const ask = operator.context().request;
  const heron = await clientOf(demo, ask, 'HERON');
  const pipeline = { overlap: 1, gold_rate: 1 };
  const made = await send(demo, ask, 'POST', `/clients/${heron}/projects`, {
    name,
    schema: rounding,
    guideline: 'Round means ending in a zero.',
    pipeline,
    pool: { domain: 'biology' },
  });
  const project = made.id as string;
  for (let n = 1; n <= GOLD; n++) await send(demo, ask, 'POST', `/projects/${project}/tasks`, goldRow(n));
  await send(demo, ask, 'PUT', `/projects/${project}/bars`, {
    gold: { probation_below: 0.9, pause_below: 0.6 },
    at_least: 10,
  });
  await operator.context().close();

  const expert = await demo.as('Expert in biology');
  const work = expert.context().request;
  await send(demo, work, 'POST', `/projects/${project}/guideline/acknowledge`, { version: 1 });
  for (let n = 0; n < 22; n++) {
    const taken = await send(demo, work, 'POST', `/projects/${project}/assignments`, {});
    const number = Number(JSON.stringify(taken.content).match(/Is (\d+)/)?.[1]);
    const wrong = number % 10 === 0 ? 'no' : 'yes';
    const answers = { verdict: { value: wrong } };
    await send(demo, work, 'POST', `/assignments/${taken.id as string}/annotation`, {
      answers,
      active_ms: 900,
    });
  }
  for (let tries = 0; ; tries++) {
    const own = await send(demo, work, 'GET', `/projects/${project}/standing`);
    if (own.state === 'paused') break;
    if (tries > 90) throw new Error(`he still stands ${String(own.state)}`);
    await expert.waitForTimeout(500);
  }
  await expert.context().close();
  return project;
}

test('who is paused is told why, and another person looks again', async () => {
  const project = await fallen();
  const own = `/work/standing/${project}`;
  const all = `/projects/${project}/standing`;

  const expert = await demo.as('Expert in biology');
  await expert.goto(`${demo.origin}/work`);
  const row = expert.getByRole('listitem').filter({ hasText: name });
  await row.getByText('Paused', { exact: true }).waitFor();
  expect(await row.getByRole('button').count()).toBe(0);
  await row.getByRole('link', { name: 'Why, and what changes it' }).click();
  await expert.getByText(/of the answers to tasks whose answer is known are right/).waitFor();
  expect(await expert.getByText(/round number/).count()).toBe(0);
  const wrong = await looked(demo, 'Expert in biology', own, 'What changes it', 'standing-own');
  await expert
    .getByLabel('What should be looked at again')
    .fill('The guideline did not say what round means.');
  await expert.getByRole('button', { name: 'Ask', exact: true }).click();
  await expert.getByText('It waits for somebody who did not set the rule.').waitFor();
  expect(await expert.getByRole('button', { name: 'Ask', exact: true }).count()).toBe(0);

  const operator: Page = await demo.as('Operator');
  await operator.goto(demo.origin + all);
  await operator.getByText('You set the rule, so another operator or an observer decides.').waitFor();
  await operator.context().close();
  wrong.push(...(await looked(demo, 'Observer', all, 'Second looks', 'standings')));

  const observer = await demo.as('Observer');
  await observer.goto(demo.origin + all);
  const decide = observer.getByRole('button', { name: 'Decide' });
  await observer.getByRole('radio', { name: /Restore/ }).check();
  expect(await decide.isDisabled()).toBe(true);
  await observer.getByLabel('What is said to him').fill('Seen. The guideline says it now.');
  await decide.click();
  await observer.getByText('Restored', { exact: true }).waitFor();
  await observer.getByText('Everybody is active.').waitFor();
  await observer.context().close();

  await expert.reload();
  await expert.getByText('Decided for you').waitFor();
  await expert.getByText('Seen. The guideline says it now.').waitFor();
  await expert.getByText('Active', { exact: true }).waitFor();
  await expert.context().close();
  expect(wrong).toEqual([]);
  expect(demo.said.filter((line) => !line.startsWith('debug'))).toEqual([]);
}, 240_000);
