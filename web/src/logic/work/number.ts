// What somebody typed, as a number. Never a guess: what can be read in two ways is not read.

export type Read =
  | { state: 'none' }
  /** `says` is given where what was read does not look like what was typed. */
  | { state: 'read'; value: number; says: string | null }
  | { state: 'unread'; says: string };

const grouped = (mark: string) => new RegExp(`^\\d{1,3}(\\${mark}\\d{3})+$`);

/** Reads a number as people write it: `12.5`, `12,5`, `1,234.5`, `1.234,5`, `1 234`, `−3`, `1e3`. */
export function readNumber(typed: string): Read {
  const neat = typed.trim().replace(/[\s\u00a0\u202f'’]/g, '');
  if (neat === '') return { state: 'none' };
  const minus = /^[-−–]/.test(neat);
  const body = neat.replace(/^[-−–+]/, '');
  // One comma before three digits is a thousand to some and a point to others.
  if (/^[1-9]\d{0,2},\d{3}$/.test(body)) {
    const [whole = '', rest = ''] = body.split(',');
    const sign = minus ? '-' : '';
    return {
      state: 'unread',
      says: `Write ${sign}${whole}${rest} or ${sign}${whole}.${rest}: the comma can be read both ways`,
    };
  }
  const plain = plainOf(body);
  if (plain === null || !/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain))
    return { state: 'unread', says: 'This is not a number' };
  const value = Number(plain) * (minus ? -1 : 1);
  if (!Number.isFinite(value)) return { state: 'unread', says: 'This number is too large' };
  return { state: 'read', value, says: String(value) === typed.trim() ? null : `Read as ${value}` };
}

/** With a point and without marks between thousands; `null` where the marks make no number. */
function plainOf(body: string): string | null {
  const [point, comma] = [body.lastIndexOf('.'), body.lastIndexOf(',')];
  if (comma < 0)
    return grouped('.').test(body) && body.split('.').length > 2 ? body.replaceAll('.', '') : body;
  if (point < 0) return body.split(',').length === 2 ? body.replace(',', '.') : ungrouped(body, ',');
  const [mark, decimal] = point > comma ? [',', '.'] : ['.', ','];
  const [whole = '', rest = '', more] = body.split(decimal);
  if (more !== undefined) return null;
  const plain = ungrouped(whole, mark);
  return plain === null ? null : `${plain}.${rest}`;
}

const ungrouped = (body: string, mark: string): string | null =>
  grouped(mark).test(body) ? body.replaceAll(mark, '') : null;
