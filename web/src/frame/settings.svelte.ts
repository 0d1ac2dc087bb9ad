// What this reader chose on this device: theme, reading face, single-key shortcuts. Nothing about any client.

export type Theme = 'system' | 'light' | 'dark';

/** How large content may be set. Lines grow with the letters: 72 of them each. */
export const zooms = [
  { word: 'Smaller', factor: 0.9 },
  { word: 'Normal', factor: 1 },
  { word: 'Large', factor: 1.2 },
  { word: 'Larger', factor: 1.45 },
];
const usual = 1;

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

  /** After a digit chose an answer: on to the next question. */
  onward = $state(read('onward') === 'on');
  /** How large content is set, as a step of `zooms`. */
  zoom = $state(asZoom(read('zoom')));

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
  setOnward(on: boolean): void {
    this.onward = on;
    write('onward', on ? 'on' : 'off');
  }
  setZoom(step: number): void {
    this.zoom = Math.max(0, Math.min(zooms.length - 1, step));
    write('zoom', String(this.zoom));
    this.#show();
  }
  #show(): void {
    document.documentElement.style.setProperty('--zoom', String(zooms[this.zoom]?.factor ?? 1));
    const root = document.documentElement.dataset;
    if (this.theme === 'system') delete root.theme;
    else root.theme = this.theme;
    root.reading = this.serif ? 'serif' : 'sans';
  }
}

function asZoom(stored: string | null): number {
  const step = Number(stored ?? usual);
  return Number.isInteger(step) && zooms[step] ? step : usual;
}
function asTheme(stored: string | null): Theme {
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

export const settings = new Settings();
