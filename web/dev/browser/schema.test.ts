// A schema of one's own, before the real server: it is seen at once, tried on the first row of a file, and its rows' ids are offered.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { Demo } from './demo.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await Demo.start();
}, 600_000);
afterAll(() => demo?.stop());

const file = (name: string, text: string) => ({
  name,
  mimeType: 'application/json',
  buffer: Buffer.from(text),
});
const schema = {
  schema_version: '1',
  task_type: 'span_annotation',
  name: 'replies',
  fields: [
    {
      name: 'talk',
      type: 'chat',
      source: { list: '/talk', user: '/user', assistant: '/bot' },
      required: true,
    },
  ],
  questions: [
    { name: 'calm', type: 'label', title: 'Is it calm?', options: [{ value: 'yes' }, { value: 'no' }] },
  ],
};
const rows = [
  { number: 7, talk: [{ user: 'Where is the key?', bot: 'Under the mat.' }] },
  { number: 8, talk: [{ user: 'And now?', bot: 'Gone.' }] },
]
  .map((row) => JSON.stringify(row))
  .join('\n');

test('a schema of one’s own is seen without a row, on a row that does not fit, and on the first of a file', async () => {
  const page = await demo.as('Operator');
  await page.goto(`${demo.origin}/projects/new`);
  const preview = page.getByRole('region', { name: 'Preview' });
  const says = page.getByRole('status').filter({ hasText: /Reads well|does not fit|Not ready/ });
  await page.getByText('Reads well').waitFor();
  await page
    .getByLabel('or with a schema of your own')
    .setInputFiles(file('own.json', JSON.stringify(schema)));
  await preview.getByText('Is it calm?').waitFor();
  expect(await says.innerText()).toBe('Reads well');
  expect(await page.getByLabel('Begin with').locator('option:checked').innerText()).toBe('own.json');

  await page.getByRole('button', { name: 'Give it a row' }).click();
  await page.getByLabel('Row to try, as JSON').fill('{"other": 1}');
  await page.getByText('The row does not fit').waitFor();
  await preview.getByText('Is it calm?').waitFor();
  await page.getByLabel('The first row of').setInputFiles(file('rows.jsonl', rows));
  await preview.getByText('Under the mat.').waitFor();

  // Asked of each message: the schema says so, and nothing has to be written in JSON.
  await page.getByRole('button', { name: 'Questions', exact: true }).click();
  await page.getByLabel('Type').selectOption({ label: 'Marked passages' });
  expect(await page.getByLabel('Asked about').locator('option:checked').innerText()).toBe(
    'Each message of talk',
  );
  await preview
    .getByRole('textbox', { name: /Text to mark/ })
    .first()
    .waitFor();
  await page.getByText('Reads well').waitFor();
  await page.context().close();
}, 60_000);

test('fields of the first row that can be its id are offered before a file is brought in', async () => {
  const project = await demo.project('Preference, enzymes');
  const page = await demo.as('Operator');
  await page.goto(`${demo.origin}/projects/${project}/import`);
  await page.getByLabel('File', { exact: true }).setInputFiles(file('rows.jsonl', rows));
  const field = page.getByLabel(/Where a row has its id/);
  await expect
    .poll(() =>
      field.evaluate((input) => [...((input as HTMLInputElement).list?.options ?? [])].map((o) => o.value)),
    )
    .toEqual(['number']);
  await page.getByLabel('File', { exact: true }).setInputFiles(file('rows.csv', 'number,talk\n7,x'));
  await page.getByText('The first line is not JSON.').waitFor();
  await page.context().close();
  expect(demo.said.filter((line) => !line.startsWith('debug'))).toEqual([]);
}, 60_000);
