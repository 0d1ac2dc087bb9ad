import { expect, test } from 'vitest';
import { match, ownPath, withQuery } from './route.ts';

test('a pattern gives its parameters, decoded', () => {
  expect(match('/projects/:project/tasks', '/projects/a%20b/tasks')).toEqual({ project: 'a b' });
  expect(match('/', '/')).toEqual({});
  expect(match('/work/', '/work')).toEqual({});
});

test('an address that is longer, shorter or other does not fit', () => {
  expect(match('/projects/:project', '/projects')).toBeNull();
  expect(match('/projects/:project', '/projects/a/tasks')).toBeNull();
  expect(match('/projects', '/people')).toBeNull();
});

test('a broken escape is kept as it stands', () => {
  expect(match('/work/:a', '/work/%E0%A4')).toEqual({ a: '%E0%A4' });
});

test('the query keeps what it is not told to change', () => {
  const url = new URL('http://x/projects/p/tasks?state=open&after=9');
  expect(withQuery(url, { after: null, sort: 'at' })).toBe('/projects/p/tasks?state=open&sort=at');
});

test('after signing in one only ever goes to an address of our own', () => {
  expect(ownPath('/work/1?x=2')).toBe('/work/1?x=2');
  for (const evil of ['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:1', null])
    expect(ownPath(evil)).toBe('/');
});
