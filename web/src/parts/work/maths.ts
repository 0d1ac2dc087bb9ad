// LaTeX inside Markdown: `$…$`, `\(…\)` in a line, `$$…$$`, `\[…\]` on its own. A price is not a formula.

import type { MarkdownIt } from 'markdown-it';

const closing: Record<string, string> = { $$: '$$', '\\[': '\\]', '\\(': '\\)', $: '$' };

/** The formula that opens at `at`, or `null`. `$` opens before a sign and closes after one, and not before a digit. */
export function formulaAt(text: string, at: number): { tex: string; end: number; block: boolean } | null {
  const open = text.startsWith('$$', at)
    ? '$$'
    : text[at] === '$'
      ? '$'
      : text[at] === '\\' && (text[at + 1] === '(' || text[at + 1] === '[')
        ? text.slice(at, at + 2)
        : null;
  if (!open) return null;
  const close = closing[open] as string;
  const from = at + open.length;
  for (let end = text.indexOf(close, from); end >= 0; end = text.indexOf(close, end + 1)) {
    if (close.startsWith('$') && text[end - 1] === '\\') continue;
    const tex = text.slice(from, end);
    if (open === '$') {
      if (/^\s|\s$|\n\s*\n/.test(tex) || /\d/.test(text[end + 1] ?? '')) {
        if (/\n\s*\n/.test(tex)) return null;
        continue;
      }
    }
    if (tex.trim() === '') return null;
    return { tex: tex.trim(), end: end + close.length, block: open === '$$' || open === '\\[' };
  }
  return null;
}

/** Teaches markdown-it to leave a marked place for each formula; it is set later, from `data-tex`. */
export function maths(markdown: MarkdownIt): void {
  markdown.inline.ruler.before('escape', 'maths', (state, silent) => {
    const found = formulaAt(state.src, state.pos);
    if (!found) return false;
    if (!silent) {
      const token = state.push('maths', '', 0);
      token.content = found.tex;
      token.block = found.block;
    }
    state.pos = found.end;
    return true;
  });
  markdown.block.ruler.before(
    'fence',
    'maths_block',
    (state, startLine, endLine, silent) => {
      const from = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
      if (!/^(\$\$|\\\[)/.test(state.src.slice(from, from + 2))) return false;
      const found = formulaAt(state.src.slice(0, state.eMarks[endLine - 1]), from);
      if (!found) return false;
      let line = startLine;
      while (line < endLine && (state.eMarks[line] ?? 0) < found.end) line++;
      if (state.src.slice(found.end, state.eMarks[line]).trim() !== '') return false;
      if (silent) return true;
      const token = state.push('maths', '', 0);
      token.content = found.tex;
      token.block = true;
      token.map = [startLine, line + 1];
      state.line = line + 1;
      return true;
    },
    { alt: ['paragraph', 'reference', 'blockquote', 'list'] },
  );
  markdown.renderer.rules.maths = (tokens, at) => {
    const token = tokens[at];
    const tex = markdown.utils.escapeHtml(token?.content ?? '');
    return `<span class="maths" data-tex="${tex}"${token?.block ? ' data-block="1"' : ''}></span>`;
  };
}
