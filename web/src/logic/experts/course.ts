// The words of a qualification course. Pure.

import type { Attempt, CourseAtHome, CourseSaid } from '../../api/types.ts';
import { count, percent } from '../../frame/figures.ts';

/** What a course asks, in one sentence. */
export function courseWords(course: CourseSaid): string {
  const valid = course.valid_days ? `counts for ${count(course.valid_days, 'day')}` : 'counts for good';
  const tries = course.attempts === 1 ? 'one attempt' : `${course.attempts} attempts`;
  return `${count(course.tasks, 'task')}, ${percent(course.pass_mark)} right to pass, ${tries}; a pass ${valid}.`;
}

/** How far the reader is, as a word or two. */
export function farWords(course: CourseAtHome): string {
  switch (course.state) {
    case 'go_on':
      return course.done > 0 ? `${course.done} of ${course.tasks} done` : count(course.tasks, 'task');
    case 'held':
      return 'Finish what you have';
    case 'waits':
      return 'Its result comes within a minute';
    case 'passed':
      return 'Passed';
    case 'spent':
      return 'No attempt is left';
  }
}

/** Whether a task is to be had. */
export const goesOn = (course: CourseAtHome | null): boolean => course === null || course.state === 'go_on';

/** What came of an attempt. */
export const resultWords = (attempt: Attempt): string =>
  !attempt.passed ? 'Not passed' : attempt.counts ? 'Passed' : 'Passed, over now';

/** How many attempts the gold of a course holds: nobody meets a task twice. */
export const roomFor = (course: CourseSaid, gold: number): number => Math.floor(gold / course.tasks);
