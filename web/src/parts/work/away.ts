// Taking a marked passage away, with the way back.

import type { Question, SpanValue } from '../../api/types.ts';
import { notices } from '../../frame/notices.svelte.ts';
import type { Sheet } from './sheet.svelte.ts';

export const short = (text: string): string =>
  text.length > 90 ? `${text.slice(0, 60)} … ${text.slice(-24)}` : text;

/** Takes a passage away and offers to put it back: in a long list a slip is not seen otherwise. */
export function takeAway(sheet: Sheet, question: Question, item: string | null, span: SpanValue): void {
  sheet.removeSpan(question, item, span);
  notices.say(`Taken away: “${short(span.text)}”`, {
    action: { label: 'Put it back', run: () => sheet.addSpan(question, item, span) },
  });
}
