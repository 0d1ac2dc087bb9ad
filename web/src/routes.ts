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
    path: '/work/submitted',
    title: 'Submitted',
    roles: ['expert', 'reviewer'],
    load: page(() => import('./pages/work/Submitted.svelte')),
  },
  {
    path: '/work/submitted/:assignment',
    title: 'What you submitted',
    roles: ['expert', 'reviewer'],
    load: page(() => import('./pages/work/SubmittedOne.svelte')),
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
  {
    path: '/work/standing/:project',
    title: 'Your standing',
    roles: ['expert', 'reviewer'],
    load: page(() => import('./pages/experts/OwnStanding.svelte')),
  },
  {
    path: '/work/reviewing/:project',
    title: 'How you review',
    roles: ['reviewer'],
    load: page(() => import('./pages/quality/OwnReviewing.svelte')),
  },
  {
    path: '/work/course/:project',
    title: 'Course',
    roles: ['expert', 'reviewer'],
    load: page(() => import('./pages/experts/OwnCourse.svelte')),
  },
  { path: '/work/:assignment', title: 'Task', load: page(() => import('./pages/work/Task.svelte')) },
  {
    path: '/review/:assignment',
    title: 'Review',
    roles: ['reviewer'],
    load: page(() => import('./pages/work/Task.svelte')),
  },
  {
    path: '/decide/:assignment',
    title: 'Decision',
    roles: ['reviewer'],
    load: page(() => import('./pages/work/Task.svelte')),
  },
  {
    path: '/review/:assignment/judged',
    title: 'What others answered',
    roles: ['reviewer'],
    load: page(() => import('./pages/work/Judged.svelte')),
  },
  // projects
  {
    path: '/projects',
    title: 'Projects',
    roles: ['operator', 'observer'],
    load: page(() => import('./pages/work/Projects.svelte')),
  },
  {
    path: '/projects/new',
    title: 'New project',
    roles: ['operator'],
    load: page(() => import('./pages/work/NewProject.svelte')),
  },
  {
    path: '/projects/:project',
    title: 'Project',
    roles: ['operator', 'observer'],
    load: page(() => import('./pages/work/Overview.svelte')),
  },
  {
    path: '/projects/:project/tasks',
    title: 'Tasks',
    roles: ['operator'],
    load: page(() => import('./pages/work/Tasks.svelte')),
  },
  {
    path: '/projects/:project/tasks/:task',
    title: 'Task',
    roles: ['operator'],
    load: page(() => import('./pages/work/TaskOpened.svelte')),
  },
  {
    path: '/projects/:project/import',
    title: 'Import',
    roles: ['operator'],
    load: page(() => import('./pages/work/Import.svelte')),
  },
  {
    path: '/projects/:project/flags',
    title: 'Flags',
    roles: ['operator'],
    load: page(() => import('./pages/work/Flags.svelte')),
  },
  {
    path: '/projects/:project/schema',
    title: 'Schema',
    roles: ['operator'],
    load: page(() => import('./pages/work/SchemaVersion.svelte')),
  },
  {
    path: '/projects/:project/guideline',
    title: 'Guideline',
    roles: ['operator'],
    load: page(() => import('./pages/work/GuidelineVersion.svelte')),
  },
  {
    path: '/projects/:project/settings',
    title: 'Settings',
    roles: ['operator'],
    load: page(() => import('./pages/work/Settings.svelte')),
  },
  // quality
  {
    path: '/projects/:project/quality',
    title: 'Quality',
    roles: ['operator', 'observer'],
    load: page(() => import('./pages/quality/Quality.svelte')),
  },
  {
    path: '/projects/:project/quality/:person',
    title: 'One person’s answers',
    roles: ['operator', 'observer'],
    load: page(() => import('./pages/quality/PersonQuality.svelte')),
  },
  {
    path: '/projects/:project/course',
    title: 'Course',
    roles: ['operator', 'observer'],
    load: page(() => import('./pages/experts/Course.svelte')),
  },
  {
    path: '/projects/:project/standing',
    title: 'Standing',
    roles: ['operator', 'observer'],
    load: page(() => import('./pages/experts/Standings.svelte')),
  },
  {
    path: '/projects/:project/releases',
    title: 'Releases',
    roles: ['operator', 'observer'],
    load: page(() => import('./pages/releases/Releases.svelte')),
  },
  {
    path: '/projects/:project/releases/:release',
    title: 'Release',
    roles: ['operator', 'observer'],
    load: page(() => import('./pages/releases/ReleaseOne.svelte')),
  },
  // people and clients
  {
    path: '/people',
    title: 'People',
    roles: ['admin', 'operator', 'custodian'],
    load: page(() => import('./pages/access/People.svelte')),
  },
  {
    path: '/people/invitations',
    title: 'Invitations',
    roles: ['admin', 'operator'],
    load: page(() => import('./pages/access/Invitations.svelte')),
  },
  {
    path: '/people/grants',
    title: 'Grants to confirm',
    roles: ['admin', 'custodian'],
    load: page(() => import('./pages/access/Grants.svelte')),
  },
  {
    path: '/clients',
    title: 'Clients',
    roles: ['admin', 'custodian', 'observer', 'operator'],
    load: page(() => import('./pages/custody/Clients.svelte')),
  },
  {
    path: '/clients/new',
    title: 'New client',
    roles: ['admin'],
    load: page(() => import('./pages/custody/NewClient.svelte')),
  },
  {
    path: '/clients/:client',
    title: 'Client',
    roles: ['admin', 'custodian', 'observer', 'operator'],
    load: page(() => import('./pages/custody/ClientOne.svelte')),
  },
  {
    path: '/people/outside',
    title: 'Erase from outside logs',
    roles: ['admin', 'custodian'],
    load: page(() => import('./pages/custody/OutsideErasure.svelte')),
  },
  {
    path: '/people/:member',
    title: 'Person',
    roles: ['custodian'],
    load: page(() => import('./pages/custody/walls/Person.svelte')),
  },
  {
    path: '/people/:member/statement',
    title: 'Return or destroy',
    roles: ['custodian'],
    load: page(() => import('./pages/custody/walls/Statement.svelte')),
  },
  {
    path: '/clients/:client/walls',
    title: 'Walls',
    roles: ['custodian', 'observer'],
    load: page(() => import('./pages/custody/walls/ClientWalls.svelte')),
  },
  {
    path: '/clients/:client/leaving',
    title: 'Leaving',
    roles: ['custodian', 'observer'],
    load: page(() => import('./pages/custody/Leaving.svelte')),
  },
  {
    path: '/profile',
    title: 'Profile',
    roles: ['expert', 'reviewer'],
    load: page(() => import('./pages/experts/Profile.svelte')),
  },
  {
    path: '/profile/record',
    title: 'What is recorded about you',
    load: page(() => import('./pages/custody/walls/OwnRecord.svelte')),
  },
  // custody
  {
    path: '/gaps',
    title: 'After a restore',
    roles: ['admin', 'custodian', 'observer'],
    load: page(() => import('./pages/custody/Gaps.svelte')),
  },
  {
    path: '/walls',
    title: 'Walls',
    roles: ['custodian', 'observer'],
    load: page(() => import('./pages/custody/walls/Walls.svelte')),
  },
  {
    path: '/walls/conflicts',
    title: 'Conflicts',
    roles: ['custodian'],
    load: page(() => import('./pages/custody/walls/Conflicts.svelte')),
  },
  {
    path: '/walls/requests',
    title: 'Requests',
    roles: ['custodian', 'observer'],
    load: page(() => import('./pages/custody/walls/Requests.svelte')),
  },
  {
    path: '/walls/budgets',
    title: 'Budgets',
    roles: ['custodian'],
    load: page(() => import('./pages/custody/walls/Budgets.svelte')),
  },
  {
    path: '/log',
    title: 'Logs',
    roles: ['custodian', 'observer'],
    load: page(() => import('./pages/custody/Logs.svelte')),
  },
  {
    path: '/log/:ledger',
    title: 'Log',
    roles: ['custodian', 'observer'],
    load: page(() => import('./pages/custody/Log.svelte')),
  },
  {
    path: '/cases',
    title: 'Cases',
    roles: ['custodian'],
    load: page(() => import('./pages/custody/Cases.svelte')),
  },
  {
    path: '/cases/settings',
    title: 'What is watched',
    roles: ['custodian'],
    load: page(() => import('./pages/custody/WatchSettings.svelte')),
  },
  {
    path: '/cases/:case',
    title: 'Case',
    roles: ['custodian'],
    load: page(() => import('./pages/custody/CasePage.svelte')),
  },
];

export function routeFor(path: string): { route: Route; params: Params } | null {
  for (const route of routes) {
    const params = match(route.path, path);
    if (params) return { route, params };
  }
  return null;
}
