// Keys as people say them: `s`, `?`, `Ctrl+Enter`, `Shift+ArrowRight`. Pure, so that it can be tested.

export type Pressed = {
  key: string;
  code?: string;
  ctrlKey?: boolean;
  metaKey?: boolean;
  altKey?: boolean;
  shiftKey?: boolean;
};
export type Binding = {
  /** One chord or several, as `chord` writes them. */
  keys: string | string[];
  /** What it does, for the `?` sheet. */
  does: string;
  run: (event: KeyboardEvent) => void;
  /** Works while a text field has the focus. */
  whileTyping?: boolean;
  /** The browser does it; it only stands on the sheet. */
  passes?: boolean;
  /** Not shown on the sheet. */
  quiet?: boolean;
};

/**
 * The name of what was pressed. `Ctrl` also stands for Command. Shift is named only with keys that do not
 * change by it (arrows, Enter, Tab). On keyboards without Latin letters the place of the key decides.
 */
export function chord(event: Pressed): string {
  let key = event.key;
  if (key === ' ') key = 'Space';
  const single = [...key].length === 1;
  if (single && !/^[\x20-\x7e]$/.test(key)) {
    const place = /^(?:Key([A-Z])|Digit(\d))$/.exec(event.code ?? '');
    if (place) key = (place[1] ?? place[2] ?? key).toLowerCase();
  }
  if (/^[A-Z]$/.test(key)) key = key.toLowerCase();
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push('Ctrl');
  if (event.altKey) parts.push('Alt');
  if (event.shiftKey && (!single || /^[a-z]$/.test(key))) parts.push('Shift');
  return [...parts, key].join('+');
}

/** The key as it stands on a control. */
export function shown(key: string): string {
  const names: Record<string, string> = {
    Enter: '⏎',
    ArrowLeft: '←',
    ArrowRight: '→',
    ArrowUp: '↑',
    ArrowDown: '↓',
    Escape: 'Esc',
    Delete: 'Del',
  };
  if (key === '+') return key;
  return key
    .split('+')
    .map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(' ');
}

/** The binding that answers to this key: the scope opened last wins. */
export function find(
  scopes: readonly (readonly Binding[])[],
  pressed: string,
  { typing, singleKeys }: { typing: boolean; singleKeys: boolean },
): Binding | null {
  const bare = [...pressed.replace(/^Shift\+/, '')].length === 1;
  for (let i = scopes.length - 1; i >= 0; i--) {
    for (const binding of scopes[i] ?? []) {
      const keys = typeof binding.keys === 'string' ? [binding.keys] : binding.keys;
      if (binding.passes || !keys.includes(pressed)) continue;
      if (typing && !binding.whileTyping) return null;
      if (bare && !singleKeys) return null;
      return binding;
    }
  }
  return null;
}

type Target = { tagName?: string; type?: string; isContentEditable?: boolean } | null;

/** Whether letters go into a field rather than to the keymap. */
export function isTyping(target: Target): boolean {
  if (!target) return false;
  if (target.isContentEditable) return true;
  const tag = target.tagName?.toLowerCase();
  if (tag === 'textarea' || tag === 'select') return true;
  if (tag !== 'input') return false;
  return !['checkbox', 'radio', 'button', 'submit', 'reset', 'range'].includes(target.type ?? 'text');
}
