/** Hand-offs: a link and a QR code for a store's owner who is no user, and what the owner has done with it so far. */
import { z } from 'zod';
import { HAND_OFF_DAYS, HAND_OFF_LANGUAGES, HAND_OFF_STATES, HAND_OFF_STEPS } from '../../core/hand-off.ts';
import { NameText } from './name.ts';
import { Instant } from './store.ts';

const spans = Object.keys(HAND_OFF_DAYS) as [keyof typeof HAND_OFF_DAYS, ...(keyof typeof HAND_OFF_DAYS)[]];

export const HandOffLanguageName = z.enum(HAND_OFF_LANGUAGES);

export const NewHandOff = z
  .strictObject({
    language: HandOffLanguageName.optional().describe('Of the page. Without it: the language of the store’s site.'),
    expires_in: z.enum(spans).optional().describe('How long the link works. Without it a week.'),
    name: NameText(60).optional().describe('Whom it is for, as the message greets them.'),
  })
  .optional();
export type NewHandOff = z.infer<typeof NewHandOff>;

export const HandOffBody = z.object({
  id: z.string(),
  store_id: z.string(),
  state: z
    .enum(HAND_OFF_STATES)
    .describe(
      'The last step, or `made`, or `expired`. `opened`: a browser showed the page to somebody, or Continue was pressed; ' +
        'fetching the page, as mail scanners and previews do, is not enough.',
    ),
  language: HandOffLanguageName,
  name: z.string().nullable(),
  made_by: z.string().nullable().describe('The person who made it; null: a program, by an API key.'),
  check_code: z.string().describe('Stands on the page as well: whoever doubts the link can ask its sender for it.'),
  opened_count: z.number().int(),
  last_opened_at: Instant.nullable(),
  steps: z.array(z.object({ kind: z.enum(HAND_OFF_STEPS), at: Instant })).describe('Oldest first.'),
  created_at: Instant,
  expires_at: Instant,
});
export type HandOffBody = z.infer<typeof HandOffBody>;

/** The address is told once: afterwards nobody can read it from the database. */
export const MadeHandOff = HandOffBody.extend({
  url: z.string().describe('The page for the owner. It stands in this answer alone.'),
  qr_svg: z.string().describe('The address as a QR code, dark on white with its quiet zone.'),
  message: z
    .object({ subject: z.string(), text: z.string() })
    .describe('Ready to be sent, in the language of the page, with the address in it.'),
});
export type MadeHandOff = z.infer<typeof MadeHandOff>;
