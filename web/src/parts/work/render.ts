// From text to nodes that are safe to show. Two walls: markdown-it makes no raw HTML, DOMPurify lets through only
// what reading needs. Formulas become MathML. Nothing here ever puts a string into the page.

import DOMPurify from 'dompurify';
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import cpp from 'highlight.js/lib/languages/cpp';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import MarkdownIt from 'markdown-it';
import temml from 'temml';
import { maths } from './maths.ts';

const languages = { bash, cpp, java, javascript, json, python, rust, sql, typescript, xml };
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);

const markdown = new MarkdownIt({
  html: false,
  linkify: false,
  breaks: true,
  highlight: (code, language) => (hljs.getLanguage(language) ? hljs.highlight(code, { language }).value : ''),
}).use(maths);
// Fetching a picture would tell its host who reads what, and the policy forbids it.
markdown.renderer.rules.image = (tokens, at) => {
  const token = tokens[at];
  const words = token?.content || token?.attrGet('src') || '';
  return `<span class="image-left-out">image not loaded: ${markdown.utils.escapeHtml(String(words))}</span>`;
};
// The policy forbids style attributes: the side of a table cell goes into `align`.
for (const cell of ['th_open', 'td_open'] as const)
  markdown.renderer.rules[cell] = (tokens, at, options, _env, self) => {
    const token = tokens[at];
    const side = /text-align:(\w+)/.exec(String(token?.attrGet('style') ?? ''))?.[1];
    if (token) token.attrs = side ? [['align', side]] : null;
    return self.renderToken(tokens, at, options);
  };

const allowed = {
  ALLOWED_TAGS: [
    ...[
      'p',
      'br',
      'hr',
      'h1',
      'h2',
      'h3',
      'h4',
      'h5',
      'h6',
      'strong',
      'em',
      's',
      'code',
      'pre',
      'blockquote',
    ],
    ...['ul', 'ol', 'li', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'a', 'span'],
  ],
  ALLOWED_ATTR: ['href', 'title', 'class', 'align', 'start', 'data-tex', 'data-block'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true as const,
};
const allowedMaths = {
  USE_PROFILES: { mathMl: true },
  FORBID_ATTR: ['href', 'style'],
  ADD_ATTR: ['data-css'],
  RETURN_DOM_FRAGMENT: true as const,
};

/** Markdown with formulas and code, as nodes. */
export function renderMarkdown(text: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(markdown.render(text), allowed);
  for (const place of fragment.querySelectorAll<HTMLElement>('span.maths')) setFormula(place);
  for (const link of fragment.querySelectorAll('a')) {
    link.target = '_blank';
    link.rel = 'noopener noreferrer nofollow';
    link.title ||= link.getAttribute('href') ?? '';
  }
  // Beneath the title and the heading of the page it stands on, whatever it calls its own.
  for (const heading of fragment.querySelectorAll('h1, h2, h3, h4'))
    heading.setAttribute('aria-level', String(Number(heading.tagName[1]) + 2));
  // What scrolls sideways must be reachable without a mouse.
  for (const wide of fragment.querySelectorAll<HTMLElement>('pre, table')) wide.tabIndex = 0;
  return fragment;
}

/** Sets one formula; what cannot be read stays as it was written, marked, with the reason on hover. */
function setFormula(place: HTMLElement): void {
  const tex = place.dataset.tex ?? '';
  const displayMode = place.dataset.block === '1';
  try {
    const mathml = temml
      .renderToString(tex, {
        displayMode,
        throwOnError: true,
        trust: false,
        maxExpand: 200,
        maxSize: [20, 20],
      })
      .replaceAll(' style="', ' data-css="');
    const nodes = DOMPurify.sanitize(mathml, allowedMaths);
    for (const node of nodes.querySelectorAll<HTMLElement>('[data-css]')) applyCss(node);
    nodes.querySelector('math')?.setAttribute('aria-label', tex);
    place.replaceWith(nodes);
  } catch (error) {
    const raw = document.createElement('span');
    raw.className = 'math-broken';
    raw.textContent = displayMode ? `$$${tex}$$` : `$${tex}$`;
    raw.title = `This formula cannot be read: ${error instanceof Error ? error.message.split('\n')[0] : ''}`;
    place.replaceWith(raw);
  }
}

const cssOfMaths =
  /^(padding(-left|-right|-top|-bottom)?|margin(-left|-right)?|text-align|width|height|border(-[a-z]+)*|math-depth|math-style|math-shift|font-weight|font-style|vertical-align|color|background-color)$/;

/** Style as temml meant it, property by property: setting them through CSSOM is what the policy allows. */
function applyCss(node: HTMLElement): void {
  for (const rule of (node.dataset.css ?? '').split(';')) {
    const [name, value] = rule.split(':').map((part) => part.trim());
    if (name && value && cssOfMaths.test(name) && !/url|expression/i.test(value))
      node.style.setProperty(name, value);
  }
  node.removeAttribute('data-css');
}
