// A client's colour comes from the server as a number; its lettering is the more readable of black and white.

/** Dark, light and in between, told apart also by those who see fewer colours. */
const palette = ['#1f4e79', '#d9a21b', '#00704f', '#a33d00', '#7b2d8b', '#56a7d6', '#8a1c4a', '#4a6b00'];

/** The colour of a client as `#rrggbb`. Beyond the palette it begins again: the name stands beside it. */
export const clientColour = (colour: number): string =>
  palette[Math.abs(Math.trunc(colour || 0)) % palette.length] as string;

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
