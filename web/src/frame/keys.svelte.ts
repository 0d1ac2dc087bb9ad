// The keys that work here and now. A page or panel opens a scope and closes it when it goes.

import { untrack } from 'svelte';
import { type Binding, chord, find, isTyping } from './keymap.ts';
import { settings } from './settings.svelte.ts';

type Scope = { title: string; bindings: () => Binding[] };

class Keys {
  scopes = $state.raw<Scope[]>([]);
  sheetOpen = $state(false);

  /** Opens a scope; answers how to close it: `$effect(() => keys.open('Review', () => […]))`. */
  open(title: string, bindings: () => Binding[]): () => void {
    const scope = { title, bindings };
    this.scopes = [...untrack(() => this.scopes), scope];
    return () => (this.scopes = untrack(() => this.scopes).filter((other) => other !== scope));
  }

  start(): () => void {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const binding = find(
        this.scopes.map((scope) => scope.bindings()),
        chord(event),
        { typing: isTyping(event.target as HTMLElement), singleKeys: settings.singleKeys },
      );
      if (!binding) return;
      event.preventDefault();
      binding.run(event);
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }
}

export const keys = new Keys();
