/** How an account is told: quiet hours, weekly cap, second contact, digest. */
import { z } from 'zod';
import { DIGESTS } from '../../core/message-settings.ts';
import { Instant } from './store.ts';

const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time from 00:00 to 23:59.');

export const MessageSettingsBody = z.strictObject({
  time_zone: z
    .string()
    .max(64)
    .nullable()
    .describe('A name of the IANA time zone database, such as Europe/Berlin; null: that of each store’s own site.'),
  quiet_from: Clock.describe('The same as `quiet_to`: no quiet hours.'),
  quiet_to: Clock,
  weekends_off: z.boolean(),
  weekly_cap: z
    .number()
    .int()
    .min(1)
    .max(50)
    .describe('Mails about stores to one address in any seven days; what is more is told together in one of them.'),
  second_email: z
    .email()
    .max(254)
    .nullable()
    .describe(
      'Reads what was not put right after the first alarm, for stores that name no second contact of their own.',
    ),
  digest: z.enum(DIGESTS).describe('With one, what is not urgent goes into it alone. The weekly one is Monday’s.'),
  digest_hour: z.number().int().min(0).max(23),
  digest_email: z.email().max(254).nullable().describe('Needed for a digest.'),
  urgent_too: z.boolean().describe('With a digest: the first alarm of a break goes out at once all the same.'),
});
export type MessageSettingsBody = z.infer<typeof MessageSettingsBody>;

/** What follows from the settings just now. */
export const NextMessages = z.object({
  single_at: Instant.describe('When a mail that falls due now would leave.'),
  digest_at: Instant.nullable().describe('When the next digest leaves; null: there is none.'),
  time_zone: z
    .string()
    .describe('The zone in which both are meant; without one of the account’s own, that of its oldest store’s site.'),
});
export type NextMessages = z.infer<typeof NextMessages>;

export const MessageSettingsAnswer = z.object({ settings: MessageSettingsBody, next: NextMessages });
export type MessageSettingsAnswer = z.infer<typeof MessageSettingsAnswer>;
