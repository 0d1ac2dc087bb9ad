// What pages of work do alike: begin with the task on the desk, and go on to the next.

import type { Step } from '../../api/types.ts';
import { Problem } from '../../api/client.ts';
import { notices } from '../../frame/notices.svelte.ts';
import { router } from '../../frame/router.svelte.ts';
import type { Desk } from './desk.svelte.ts';
import { line } from './line.svelte.ts';

/** Begins with the task on the desk; the next one is fetched ahead once the server knows that this one is shown. How to end. */
export function begin(desk: Desk): () => void {
  const { project, step } = desk.assignment;
  const stop = desk.start();
  void line.opened.then((lease) => {
    if (lease) desk.lease = lease;
    void line.fetchAhead(project.id, step);
  });
  return stop;
}

type Onward = {
  project: string;
  step: Step;
  /** Where pages of this step lie: `/review`. */
  at: string;
  /** What is said where nothing is left. */
  none: string;
  /** Whether another page stands here by now. */
  left: () => boolean;
};
/** To the next one of a step, or home where nothing is left. */
export async function goOn({ project, step, at, none, left }: Onward): Promise<void> {
  try {
    const next = await line.begin(project, step);
    if (left()) return line.putBack(next);
    if (next) return router.go(`${at}/${next.id}`, { replace: true });
    notices.say(none, { forMs: 10_000 });
  } catch (error) {
    if (left()) return;
    notices.say(`The next one could not be fetched. ${error instanceof Problem ? error.detail : ''}`, {
      tone: 'warn',
    });
  }
  router.go('/work', { replace: true });
}
