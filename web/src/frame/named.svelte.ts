// What projects are called, as far as this tab was told: where only an id is known, such as in a log, it stands instead of it. Nothing
// is asked for it, since to be told is a disclosure. A custodian is told no names, and goes by ids.

import { session } from './session.svelte.ts';

class Named {
  projects = $state.raw<ReadonlyMap<string, string>>(new Map());

  constructor() {
    session.onLeaving(() => void (this.projects = new Map()));
  }
  hear(told: { id: string; name: string }[]): void {
    this.projects = new Map([...this.projects, ...told.map((one) => [one.id, one.name] as const)]);
  }
}

export const named = new Named();
