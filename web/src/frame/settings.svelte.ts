// What this reader chose on this device: theme, reading face, single-key shortcuts. Nothing about any client.

export type Theme = 'system' | 'light' | 'dark';

const read = (key: string): string | null => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};
const write = (key: string, value: string): void => {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is forbidden here: the choice lasts until the page is closed.
  }
};

class Settings {
  theme = $state<Theme>(asTheme(read('theme')));
  serif = $state(read('reading') === 'serif');
  /** Some readers dictate or use switches; single letters would then act by accident. */
  singleKeys = $state(read('single_keys') !== 'off');

  constructor() {
    this.#show();
  }
  setTheme(theme: Theme): void {
    this.theme = theme;
    write('theme', theme);
    this.#show();
  }
  /** System, light, dark, and round again. */
  nextTheme(): void {
    this.setTheme(this.theme === 'system' ? 'light' : this.theme === 'light' ? 'dark' : 'system');
  }
  setSerif(serif: boolean): void {
    this.serif = serif;
    write('reading', serif ? 'serif' : 'sans');
    this.#show();
  }
  setSingleKeys(on: boolean): void {
    this.singleKeys = on;
    write('single_keys', on ? 'on' : 'off');
  }
  #show(): void {
    const root = document.documentElement.dataset;
    if (this.theme === 'system') delete root.theme;
    else root.theme = this.theme;
    root.reading = this.serif ? 'serif' : 'sans';
  }
}

function asTheme(stored: string | null): Theme {
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

export const settings = new Settings();
