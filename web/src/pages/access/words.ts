// What a refusal at the door means to the person before it.

import { Problem } from '../../api/client.ts';
import { duration } from '../../frame/times.ts';

export type Refusal = { codeNeeded: boolean; words: string | null };

/** `codeSent`: the person had already given a code. */
export function refusal(error: unknown, codeSent: boolean): Refusal {
  if (!(error instanceof Problem)) return { codeNeeded: false, words: 'Something went wrong on this page.' };
  switch (error.slug) {
    case 'code_required':
      return { codeNeeded: true, words: codeSent ? 'That code does not fit. Wait for the next one.' : null };
    case 'wrong_credentials':
      return {
        codeNeeded: false,
        words: codeSent
          ? 'The address, the password or the code does not fit.'
          : 'The address or the password does not fit.',
      };
    case 'throttled': {
      const wait = error.retryAfterS ? ` Try again in ${duration(error.retryAfterS * 1000)}.` : '';
      return { codeNeeded: false, words: `Too many attempts.${wait}` };
    }
    case 'offline':
      return { codeNeeded: false, words: 'The server was not reached. Nothing was sent.' };
    default:
      return { codeNeeded: false, words: error.detail };
  }
}

const links: Record<string, string> = {
  link_used: 'This link was used already. Each signs in once; ask for a new one.',
  link_expired: 'This link is too old: it was good for an hour. Ask for a new one.',
  link_unknown: 'There is no such link here. Look whether the whole address was copied.',
  link_closed: 'This link opens nothing any more. Ask whoever runs this installation.',
};

/** Why a sign-in link opened nothing. `passing`: trying again may help. */
export function linkWords(slug: string, passing: boolean): string {
  if (passing) return 'The server was not reached. The link is still good.';
  return links[slug] ?? 'This link signs nobody in. Ask for a new one.';
}
