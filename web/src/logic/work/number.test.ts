import { expect, test } from 'vitest';
import { readNumber } from './number.ts';

const value = (typed: string) => {
  const read = readNumber(typed);
  return read.state === 'read' ? read.value : read.state;
};

test('a number is read as people write it', () => {
  for (const [typed, read] of [
    ['12', 12],
    ['12.5', 12.5],
    ['12,5', 12.5],
    ['0,125', 0.125],
    ['−3', -3],
    ['-.5', -0.5],
    ['1e3', 1000],
    ['1 234', 1234],
    ['1’234.5', 1234.5],
    ['1,234.5', 1234.5],
    ['1.234,5', 1234.5],
    ['1,234,567', 1234567],
    ['1.234.567', 1234567],
  ] as const)
    expect([typed, value(typed)]).toEqual([typed, read]);
});

test('what can be read in two ways is not read, and both are said', () => {
  expect(readNumber('12,500')).toEqual({
    state: 'unread',
    says: 'Write 12500 or 12.500: the comma can be read both ways',
  });
  expect(readNumber('-1,000')).toMatchObject({ says: expect.stringContaining('-1000 or -1.000') });
});

test('what is no number is told from what is empty', () => {
  expect(value('  ')).toBe('none');
  for (const typed of ['abc', '0x10', '1.2.3', '1,23,4', '1,23.4,5', 'Infinity', '1e999', '--1', '5 mg'])
    expect([typed, value(typed)]).toEqual([typed, 'unread']);
});

test('it is said what was read where it looks otherwise than what was typed', () => {
  expect(readNumber('12.5')).toMatchObject({ says: null });
  expect(readNumber('12,5')).toMatchObject({ says: 'Read as 12.5' });
  expect(readNumber('12.500')).toMatchObject({ says: 'Read as 12.5' });
});
