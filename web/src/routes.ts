// Every page, its address, and who has it. A page is fetched when it is first opened.

import type { Component } from 'svelte';
import type { Role } from './api/types.ts';
import { match, type Params } from './frame/route.ts';

type Page = { default: Component<Params> };
export type Route = {
  path: string;
  title: string;
  load: () => Promise<Page>;
  /** Without roles: everybody who is signed in. `open`: also before signing in. */
  roles?: Role[];
  open?: boolean;
};

const page = (load: () => Promise<{ default: unknown }>) => load as () => Promise<Page>;

export const routes: Route[] = [
  // access
  {
    path: '/sign-in',
    title: 'Sign in',
    open: true,
    load: page(() => import('./pages/access/SignIn.svelte')),
  },
  {
    path: '/link/:secret',
    title: 'Sign in',
    open: true,
    load: page(() => import('./pages/access/Link.svelte')),
  },
  {
    path: '/invitation/:secret',
    title: 'Invitation',
    open: true,
    load: page(() => import('./pages/access/Invitation.svelte')),
  },
  { path: '/account', title: 'Account', load: page(() => import('./pages/access/Account.svelte')) },
  // work
  {
    path: '/work',
    title: 'Work',
    roles: ['expert', 'reviewer'],
    load: page(() => import('./pages/work/Home.svelte')),
  },
  {
    path: '/work/agreement/:client',
    title: 'Agreement',
    load: page(() => import('./pages/work/Agreement.svelte')),
  },
  {
    path: '/work/guideline/:project',
    title: 'Guideline',
    load: page(() => import('./pages/work/Guideline.svelte')),
  },
  { path: '/work/:assignment', title: 'Task', load: page(() => import('./pages/work/Task.svelte')) },
  {
    path: '/review/:assignment',
    title: 'Review',
    roles: ['reviewer'],
    load: page(() => import('./pages/work/Task.svelte')),
  },
];

export function routeFor(path: string): { route: Route; params: Params } | null {
  for (const route of routes) {
    const params = match(route.path, path);
    if (params) return { route, params };
  }
  return null;
}
