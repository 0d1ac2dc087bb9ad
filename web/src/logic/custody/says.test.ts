import { expect, test } from 'vitest';
import { actWords, brief, opened, projectOf, readable, says } from './says.ts';

const part = (value: unknown) => ({ salt: '', text: JSON.stringify(value) });

test('an entry says what happened, to what, by whom', () => {
  const entry = {
    index: 0,
    leaf: '',
    act: part({ act: 'assignment.sent', at_us: 1_795_390_516_000_000 }),
    object: part({ task: '89e81bb0-480b-4048-9069-921e54c0133b', project: 'x' }),
    person: part({ person: 'p-f626113bc09ba79cacc2270df75320c0' }),
    path: [],
  };
  expect(says(entry)).toEqual({
    act: 'assignment.sent',
    at: '2026-11-22T23:35:16.000Z',
    what: 'task 89e81bb0…',
    who: 'p-f626113bc09ba79cacc2270df75320c0',
    route: '',
  });
  expect(says({ ...entry, person: null }).who).toBe('erased');
  expect(says({ ...entry, act: null, object: null, person: null })).toEqual({
    act: 'not shown to you',
    at: '',
    what: '',
    who: '',
    route: '',
  });
});

test('a list says of what it was, and a project is called by its name where the reader may know it', () => {
  const id = '47cb6b06-39a0-4fa2-be11-e1feb50dc7a4';
  const entry = {
    index: 0,
    leaf: '',
    act: part({ act: 'list.sent', route: 'GET /projects/{project}/batches' }),
    object: part({ project: id }),
    person: part({}),
    path: [],
  };
  expect(says(entry).what).toBe('batches, project 47cb6b06…');
  expect(says(entry, new Map([[id, 'Enzymes']])).what).toBe('batches, project “Enzymes”');
  expect(says({ ...entry, act: part({ act: 'list.sent', route: 'GET /projects' }), object: null }).what).toBe(
    'projects',
  );
  expect(readable(entry.object, String, new Map([[id, 'Enzymes']]))).toEqual([
    { name: 'Project', words: 'Enzymes', whole: id },
  ]);
});

test('acts and fields are read as words, and what was recorded stays beside them', () => {
  expect(actWords('release.file_sent')).toBe('Release file sent');
  const read = readable(
    part({
      act: 'log.sent',
      at_us: 1_795_390_516_000_000,
      door: 'session:30bec7370f2481ef57e24d1347c115e8',
      limit: 50,
    }),
    (at) => at,
  );
  expect(read).toEqual([
    { name: 'Act', words: 'Log sent', whole: 'log.sent' },
    { name: 'When', words: '2026-11-22T23:35:16.000Z', whole: '1795390516000000' },
    {
      name: 'Signed in by',
      words: 'session 30bec737…',
      whole: 'session:30bec7370f2481ef57e24d1347c115e8',
    },
    { name: 'Entries at most', words: '50', whole: '50' },
  ]);
});

test('what cannot be read is nothing', () => {
  expect(opened({ salt: '', text: 'null' })).toEqual({});
  expect(opened({ salt: '', text: '{' })).toEqual({});
  expect(brief('console')).toBe('console');
});

test('the project of an entry is the one it names', () => {
  const entry = { index: 0, leaf: '', act: part({}), person: part({}), path: [] };
  expect(projectOf({ ...entry, object: part({ task: 't', project: 'p1' }) })).toBe('p1');
  expect(projectOf({ ...entry, object: part({ projects: ['p1', 'p2'] }) })).toBeNull();
  expect(projectOf({ ...entry, object: null })).toBeNull();
});
