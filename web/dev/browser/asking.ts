// What tests ask of the real server beside its pages, and how they look at one page in both themes.

import type { APIRequestContext } from 'playwright-core';
import { findings } from './axe.ts';
import type { Demo, Who } from './demo.ts';

export type Json = Record<string, unknown>;

/** Asks the server what a page of theirs would. */
export async function send(
  demo: Demo,
  request: APIRequestContext,
  method: string,
  path: string,
  data?: Json,
): Promise<Json> {
  const answer = await request.fetch(`${demo.origin}/api/v1${path}`, {
    method,
    headers: { 'X-Vouchsafe': '1' },
    ...(data === undefined ? {} : { data }),
  });
  const text = await answer.text();
  if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${text}`);
  return text === '' ? {} : (JSON.parse(text) as Json);
}

/** The id of a client of the demo. */
export async function clientOf(demo: Demo, request: APIRequestContext, codeName: string): Promise<string> {
  const list = (await send(demo, request, 'GET', '/clients')) as {
    items: { id: string; code_name: string }[];
  };
  return list.items.find((one) => one.code_name === codeName)?.id ?? '';
}

/** A schema with one question: whether a number is round. */
export const rounding = {
  schema_version: '1',
  task_type: 'classification',
  name: 'rounding',
  fields: [{ name: 'question', type: 'text', source: '/question', required: true }],
  questions: [
    { name: 'verdict', type: 'label', required: true, options: [{ value: 'yes' }, { value: 'no' }] },
  ],
};

/** The how-manieth row of gold about a round number. */
export const goldRow = (n: number): Json => ({
  external_id: `g${n}`,
  data: { question: `Is ${n} a round number?` },
  gold: { verdict: { value: n % 10 === 0 ? 'yes' : 'no' } },
});

/** A picture of a page and what axe finds on it, in both themes. */
export async function looked(
  demo: Demo,
  who: Who,
  path: string,
  ready: string,
  shot: string,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const dark of [false, true]) {
    const page = await demo.as(who, { width: 1440, height: 900, dark });
    await page.goto(demo.origin + path);
    await page.getByText(ready).first().waitFor();
    await page.screenshot({ path: `shots/${shot}-${dark ? 'dark' : 'light'}.png`, fullPage: true });
    wrong.push(...(await findings(page)));
    const sideways = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    if ((sideways as number) > 0) wrong.push(`${shot}: ${sideways as number} px too wide`);
    await page.context().close();
  }
  return wrong;
}
