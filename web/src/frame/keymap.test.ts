import { expect, test } from 'vitest';
import { type Binding, chord, find, isTyping, shown } from './keymap.ts';

test('keys are named as people say them', () => {
  expect(chord({ key: 'S', shiftKey: true })).toBe('Shift+s');
  expect(chord({ key: 's' })).toBe('s');
  expect(chord({ key: '?', shiftKey: true })).toBe('?');
  expect(chord({ key: 'Enter', ctrlKey: true })).toBe('Ctrl+Enter');
  expect(chord({ key: 'Enter', metaKey: true })).toBe('Ctrl+Enter');
  expect(chord({ key: 'ArrowRight', shiftKey: true })).toBe('Shift+ArrowRight');
  expect(chord({ key: ' ' })).toBe('Space');
});

test('on a keyboard without Latin letters the place of the key decides', () => {
  expect(chord({ key: 'ы', code: 'KeyS' })).toBe('s');
  expect(chord({ key: 'Ы', code: 'KeyS', shiftKey: true })).toBe('Shift+s');
  expect(chord({ key: 'é', code: 'Digit2' })).toBe('2');
});

test('the key stands on the control in few signs', () => {
  expect(shown('Ctrl+Enter')).toBe('Ctrl ⏎');
  expect(shown('s')).toBe('S');
  expect(shown('+')).toBe('+');
  expect(shown('Shift+ArrowRight')).toBe('Shift →');
});

const binding = (keys: string | string[], more: Partial<Binding> = {}): Binding => ({
  keys,
  does: '',
  run: () => {},
  ...more,
});

test('the scope opened last wins, and a text field keeps its letters', () => {
  const page = [binding('s'), binding('Ctrl+Enter', { whileTyping: true })];
  const panel = [binding('s')];
  const free = { typing: false, singleKeys: true };
  expect(find([page, panel], 's', free)).toBe(panel[0]);
  expect(find([page], 's', { ...free, typing: true })).toBeNull();
  expect(find([page], 'Ctrl+Enter', { ...free, typing: true })).toBe(page[1]);
  expect(find([page], 'x', free)).toBeNull();
});

test('a reader who turned single keys off still has the chords', () => {
  const page = [binding('s'), binding('Ctrl+Enter', { whileTyping: true }), binding('Escape')];
  const off = { typing: false, singleKeys: false };
  expect(find([page], 's', off)).toBeNull();
  expect(find([page], 'Ctrl+Enter', off)).toBe(page[1]);
  expect(find([page], 'Escape', off)).toBe(page[2]);
});

test('typing means a field that takes letters', () => {
  expect(isTyping({ tagName: 'TEXTAREA' })).toBe(true);
  expect(isTyping({ tagName: 'INPUT', type: 'text' })).toBe(true);
  expect(isTyping({ tagName: 'INPUT', type: 'radio' })).toBe(false);
  expect(isTyping({ tagName: 'DIV' })).toBe(false);
  expect(isTyping({ tagName: 'DIV', isContentEditable: true })).toBe(true);
  expect(isTyping(null)).toBe(false);
});
