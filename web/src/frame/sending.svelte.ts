// A form that is sent. Unlike with `Acting`, a refusal stands beside the field, where the words still are.

import { Problem } from '../api/client.ts';
import { wordsOf } from './fetched.svelte.ts';
import { notices } from './notices.svelte.ts';

export class Sending {
  busy = $state(false);
  failed = $state<string | null>(null);

  /** Acts, and says that it was done. Whether it was. */
  async run<T>(act: () => Promise<T>, done: string | ((of: T) => string)): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failed = null;
    let good = false;
    try {
      const of = await act();
      notices.say(typeof done === 'string' ? done : done(of), { tone: 'good' });
      good = true;
    } catch (error) {
      const fields =
        error instanceof Problem ? error.errors.map((one) => `${one.path.slice(1)} ${one.rule}`) : [];
      this.failed = fields.length > 0 ? fields.join('; ') : wordsOf(error);
    }
    this.busy = false;
    return good;
  }
}
