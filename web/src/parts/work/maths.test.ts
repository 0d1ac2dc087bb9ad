import MarkdownIt from 'markdown-it';
import { expect, test } from 'vitest';
import { formulaAt, maths } from './maths.ts';

const markdown = new MarkdownIt({ html: false }).use(maths);
const formulas = (text: string) =>
  [...markdown.render(text).matchAll(/data-tex="([^"]*)"/g)].map((m) => m[1]);

test('formulas in a line and on their own', () => {
  expect(formulas('the slope $\\beta_1$ and \\(x^2\\)')).toEqual(['\\beta_1', 'x^2']);
  expect(formulas('$$\na = b\n+ c\n$$')).toEqual(['a = b\n+ c']);
  expect(formulas('\\[ E = mc^2 \\]')).toEqual(['E = mc^2']);
  expect(formulas('text before\n$$x$$\nand after')).toEqual(['x']);
});

test('a line that begins like a list stays part of its formula', () => {
  expect(markdown.render('$$\na\n- b\n= c\n$$')).not.toMatch(/<li>|<h[12]>/);
});

test('prices, code and escaped signs are no formulas', () => {
  expect(formulas('it costs $5 or $10 a day')).toEqual([]);
  expect(formulas('from $5 to $10')).toEqual([]);
  expect(formulas('`$x$` and \\$y\\$')).toEqual([]);
  expect(formulas('```\n$$x$$\n```')).toEqual([]);
  expect(formulas('a lone $ sign')).toEqual([]);
});

test('what stands in a formula cannot leave its attribute', () => {
  const html = markdown.render('$x"><img src=x onerror=alert(1)>$');
  expect(html).not.toMatch(/<img/);
});

test('where it ends', () => {
  expect(formulaAt('$a$ b', 0)).toEqual({ tex: 'a', end: 3, block: false });
  expect(formulaAt('$ a$', 0)).toBeNull();
  expect(formulaAt('$$ $$', 0)).toBeNull();
});
