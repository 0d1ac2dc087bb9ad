// A client's colour comes from the server as text; only a plain colour is used, and its lettering is readable.

const fallback = ['#3b5bdb', '#0b7285', '#a33d00', '#7b2d8b', '#4a6b00', '#8a1c4a'];

/** A `#rrggbb` colour. What is not one becomes a steady choice by the name. */
export function clientColour(colour: string | null | undefined, name: string): string {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(colour ?? '');
  if (short) return `#${short[1]}${short[1]}${short[2]}${short[2]}${short[3]}${short[3]}`;
  if (/^#[0-9a-f]{6}$/i.test(colour ?? '')) return colour as string;
  let sum = 0;
  for (const sign of name) sum = (sum * 31 + (sign.codePointAt(0) ?? 0)) >>> 0;
  return fallback[sum % fallback.length] as string;
}

/** Black or white, whichever is easier to read on `#rrggbb` (WCAG relative luminance). */
export function letteringOn(colour: string): '#000000' | '#ffffff' {
  const light = luminance(colour);
  return 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 ? '#ffffff' : '#000000';
}

function luminance(colour: string): number {
  const part = (at: number) => {
    const c = parseInt(colour.slice(at, at + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
}
