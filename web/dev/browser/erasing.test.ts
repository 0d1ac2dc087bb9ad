// At the door and for good, before the real server: what a sign-in link that opens nothing says, and how an admin erases
// somebody who has an account.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings } from './axe.ts';
import { clientOf, send } from './asking.ts';
import { Demo } from './demo.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await Demo.start();
}, 600_000);
afterAll(() => demo?.stop());

test('a link that opens nothing says whether it was used or never was', async () => {
  const page = await demo.browser.newPage();
  await page.goto(`${demo.origin}/link/${'0'.repeat(64)}`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('There is no such link here.').waitFor();
  await page.close();
  await (await demo.as('Expert in law')).context().close();
  const again = await demo.browser.newPage();
  await again.goto(demo.linkOf('Expert in law'));
  await again.getByRole('button', { name: 'Sign in' }).click();
  await again.getByText('This link was used already.').waitFor();
  await again.close();
});

test('an admin erases a person after typing the name, not while a hold keeps what was sent', async () => {
  const custodian = await demo.as('Custodian');
  const ask = custodian.context().request;
  const heron = await clientOf(demo, ask, 'HERON');
  const hold = await send(demo, ask, 'POST', `/clients/${heron}/holds`, { reason: 'A matter is open.' });
  await custodian.goto(`${demo.origin}/people`);
  await custodian.getByRole('link', { name: 'Second expert in biology' }).click();
  await custodian.getByRole('link', { name: 'What was sent, and what stands between' }).click();
  await custodian.getByRole('heading', { name: 'Erase this person' }).waitFor();
  await custodian.getByText('An admin does this').waitFor();

  for (const dark of [false, true]) {
    const admin = await demo.as('Administrator', { width: dark ? 1024 : 1440, dark });
    await admin.goto(`${demo.origin}/people`);
    await admin.getByRole('link', { name: 'Second expert in biology' }).click();
    await admin.getByRole('button', { name: 'Erase Second expert in biology' }).click();
    const erase = admin.getByRole('button', { name: 'Erase for good' });
    const typed = admin.getByLabel(/It cannot be undone/);
    await typed.fill('Second expert');
    expect(await erase.isDisabled()).toBe(true);
    await typed.fill('Second expert in biology');
    await admin.screenshot({ path: `shots/erase-member-${dark ? '1024-dark' : '1440-light'}.png` });
    expect(await findings(admin)).toEqual([]);
    await erase.click();
    if (!dark) {
      await admin.getByText('a hold keeps what this person was sent').waitFor();
      expect(await typed.inputValue()).toBe('Second expert in biology');
      await send(demo, ask, 'POST', `/holds/${hold.id as string}/release`, {});
    } else {
      await admin.getByText(/Erased, and recorded\./).waitFor();
      await expect.poll(() => admin.getByRole('link', { name: 'Second expert in biology' }).count()).toBe(0);
      await admin.getByText('Nobody is behind this account any more.').waitFor();
      expect(await admin.getByRole('button', { name: /^(Erase|Let .* in again)/ }).count()).toBe(0);
    }
    await admin.context().close();
  }
  await custodian.context().close();
  expect(demo.said).toEqual([]);
});
