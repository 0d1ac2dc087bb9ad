// Who is signed in. Sign-out first lets everybody who holds something (leases, drafts) let go of it.

import { call, onSessionLost, Problem } from '../api/client.ts';
import type { Me } from '../api/types.ts';
import { notices } from './notices.svelte.ts';

type Leaving = () => Promise<void> | void;

class Session {
  me = $state<Me | null>(null);
  /** `false` until the first answer about who we are. */
  known = $state(false);
  /** The server was not reached at all; says why nothing is shown. */
  unreachable = $state(false);
  #leaving = new Set<Leaving>();
  #guards = new Set<() => string | null>();

  constructor() {
    onSessionLost(() => (this.me = null));
  }

  async load(): Promise<void> {
    try {
      this.me = await call<Me>('GET', '/session');
      this.unreachable = false;
    } catch (error) {
      this.me = null;
      this.unreachable = error instanceof Problem && error.passing;
    }
    this.known = true;
  }

  signedIn(me: Me): void {
    this.me = me;
    this.known = true;
    this.unreachable = false;
  }

  /** Runs before the session ends: release a lease, wipe what this device keeps. */
  onLeaving(run: Leaving): () => void {
    this.#leaving.add(run);
    return () => this.#leaving.delete(run);
  }

  /** Says in words what would be lost by signing out now, or `null`. */
  guard(ask: () => string | null): () => void {
    this.#guards.add(ask);
    return () => this.#guards.delete(ask);
  }

  /** Asks before losing anything, says so if it fails. */
  async leave({ everywhere = false, whatever = false } = {}): Promise<void> {
    const losses = [...this.#guards].map((ask) => ask()).filter((words) => words !== null);
    if (losses.length > 0 && !whatever) {
      notices.say(`${losses.join(' ')} Signing out now would lose it.`, {
        tone: 'warn',
        action: { label: 'Sign out anyway', run: () => void this.leave({ everywhere, whatever: true }) },
        forMs: 0,
      });
      return;
    }
    try {
      await this.#signOut(everywhere);
    } catch (error) {
      const detail = error instanceof Problem ? error.detail : '';
      notices.say(`You are still signed in. ${detail}`, { tone: 'bad' });
    }
  }

  async #signOut(everywhere: boolean): Promise<void> {
    await Promise.allSettled([...this.#leaving].map((run) => run()));
    await call('DELETE', everywhere ? '/sessions' : '/session').catch((error: unknown) => {
      // 401: it had ended already, which is what was asked for.
      if (!(error instanceof Problem && error.status === 401)) throw error;
    });
    this.me = null;
  }

  can(...roles: Me['role'][]): boolean {
    return this.me !== null && roles.includes(this.me.role);
  }
}

export const session = new Session();
