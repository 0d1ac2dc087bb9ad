// The address is the state: every list, filter and open task has one, and back works.

import { withQuery } from './route.ts';

class Router {
  url = $state(new URL(location.href));
  /** Counts the pages gone to. A page one left and came back to, however fast, is begun anew. */
  visit = $state(0);

  get path(): string {
    return this.url.pathname;
  }

  query(key: string): string | null {
    return this.url.searchParams.get(key);
  }

  /** Goes to an address. `replace` where going back should not return here; `anew` begins even the same page again. */
  go(to: string, { replace = false, anew = false } = {}): void {
    const next = new URL(to, location.href);
    if (next.href !== location.href) {
      if (replace) history.replaceState(null, '', next);
      else history.pushState(null, '', next);
    } else if (!anew) return;
    if (this.#show(next, anew)) scrollTo(0, 0);
  }
  #show(next: URL, anew = false): boolean {
    const begins = anew || next.pathname !== this.url.pathname;
    this.url = next;
    if (begins) this.visit++;
    return begins;
  }

  /** Changes filters in place: they belong to the address but not to the history of pages. */
  setQuery(changes: Record<string, string | null>): void {
    this.go(withQuery(this.url, changes), { replace: true });
  }

  /** Listens to back, forward and to every plain click on a link of ours. */
  start(): () => void {
    const popped = () => this.#show(new URL(location.href));
    const clicked = (event: MouseEvent) => {
      if (event.defaultPrevented || event.button !== 0) return;
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      const link = (event.target as Element | null)?.closest?.('a');
      if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
      if (link.getAttribute('href')?.startsWith('#') || link.pathname.startsWith('/api/')) return;
      event.preventDefault();
      this.go(link.href);
    };
    addEventListener('popstate', popped);
    document.addEventListener('click', clicked);
    return () => {
      removeEventListener('popstate', popped);
      document.removeEventListener('click', clicked);
    };
  }
}

export const router = new Router();
