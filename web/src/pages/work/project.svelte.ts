// The project whose pages are open: fetched once for all of them, since each fetch is a disclosure that is recorded.

import { findProject } from '../../api/projects.ts';
import type { Project } from '../../api/types.ts';
import { Fetched } from '../../frame/fetched.svelte.ts';
import { named } from '../../frame/named.svelte.ts';
import { session } from '../../frame/session.svelte.ts';

let held: { id: string; project: Fetched<Project> } | null = null;
session.onLeaving(() => {
  held = null;
});

async function heard(id: string): Promise<Project> {
  const project = await findProject(id);
  named.hear([project]);
  return project;
}
/** The project at an address. `reload` it after a change. */
export function projectAt(id: string): Fetched<Project> {
  if (held?.id !== id || held.project.failed) held = { id, project: new Fetched(() => heard(id)) };
  return held.project;
}
