// What a person does on a page: one act at a time, its outcome said, a refusal in the server's words.

import { Problem } from '../api/client.ts';
import { notices, type Notice } from './notices.svelte.ts';

type Said = {
  /** Said when it went well; nothing is said without it. */
  done?: string;
  /** A way back, beside it. */
  undo?: Notice['action'];
  /** Which act this is, where a page has several. */
  name?: string;
  /** Runs afterwards, however it went: what is shown is asked for anew. */
  after?: () => Promise<unknown>;
};

export class Acting {
  /** The name of what is under way; `null` while nothing is. */
  name = $state<string | null>(null);
  /** The fields for which the last act was refused. */
  errors = $state.raw<Problem['errors']>([]);

  get busy(): boolean {
    return this.name !== null;
  }

  /** Answers whether it went well. */
  async run(act: () => Promise<unknown>, { done, undo, name = '', after }: Said = {}): Promise<boolean> {
    this.name = name;
    this.errors = [];
    let well = true;
    try {
      await act();
      if (done) notices.say(done, { tone: 'good', action: undo });
    } catch (error) {
      well = false;
      if (error instanceof Problem) this.errors = error.errors;
      notices.say(error instanceof Problem ? error.detail : 'Nothing was changed.', { tone: 'bad' });
    }
    await after?.();
    this.name = null;
    return well;
  }
}
