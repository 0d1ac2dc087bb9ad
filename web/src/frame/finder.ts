// What `Ctrl K` finds wherever one is: projects, people, clients, and what can be begun. Each list is asked for once and
// kept for a while, since a list of projects is itself a disclosure that is recorded.

import { listClients } from '../api/clients.ts';
import { allMembers } from '../api/people.ts';
import { listProjects } from '../api/projects.ts';
import { type Command, fits, palette } from './palette.svelte.ts';
import { router } from './router.svelte.ts';
import { session } from './session.svelte.ts';

const keptMs = 5 * 60_000;

/** Asks once in a while; forgets when the session ends. */
function kept<T>(ask: () => Promise<T[]>): () => Promise<T[]> {
  let held: { at: number; list: Promise<T[]> } | null = null;
  session.onLeaving(() => {
    held = null;
  });
  return () => {
    if (!held || Date.now() - held.at > keptMs) held = { at: Date.now(), list: ask() };
    held.list.catch(() => (held = null));
    return held.list;
  };
}

const projects = kept(async () => (await listProjects()).items);
const clients = kept(async () => (await listClients()).items);
const members = kept(allMembers);
const to = (path: string) => () => router.go(path);

async function found(typed: string): Promise<Command[]> {
  const commands: Command[] = [];
  if (session.can('operator')) {
    commands.push({ label: 'New project', hint: 'Action', run: to('/projects/new') });
    commands.push({ label: 'Invite an expert', hint: 'Action', run: to('/people/invitations') });
  }
  if (session.can('admin')) {
    commands.push({ label: 'New client', hint: 'Action', run: to('/clients/new') });
    commands.push({ label: 'Invite somebody', hint: 'Action', run: to('/people/invitations') });
  }
  if (typed.trim().length >= 2) {
    const lists = await Promise.allSettled([
      session.can('operator', 'observer') ? projects() : [],
      session.can('admin', 'operator', 'custodian') ? members() : [],
      session.can('admin', 'custodian', 'observer') ? clients() : [],
    ]);
    const [some, people, all] = lists;
    if (some?.status === 'fulfilled')
      for (const one of some.value) {
        commands.push({
          label: one.name,
          hint: `Project, ${one.client.code_name}`,
          run: to(`/projects/${one.id}`),
        });
        commands.push({
          label: `Releases of ${one.name}`,
          hint: 'Project',
          run: to(`/projects/${one.id}/releases`),
        });
        if (session.can('operator'))
          commands.push({
            label: `Import into ${one.name}`,
            hint: 'Action',
            run: to(`/projects/${one.id}/import`),
          });
      }
    if (people?.status === 'fulfilled')
      for (const one of people.value)
        commands.push({ label: one.name, hint: `Person, ${one.role}`, run: to(`/people?member=${one.id}`) });
    if (all?.status === 'fulfilled')
      for (const one of all.value)
        commands.push({
          label: `${one.code_name}, ${one.name}`,
          hint: 'Client',
          run: to(`/clients/${one.id}`),
        });
  }
  return commands.filter((command) => fits(command.label, typed));
}

/** Lets the palette find them; answers how to take it back. */
export const offerEverywhere = (): (() => void) => palette.offer((typed) => found(typed));
