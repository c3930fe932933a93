/** The renewal day and the calendar's address, for the pages under `/app`. Days are `YYYY-MM-DD` in UTC. */
import { z } from 'zod';
import { VERDICTS } from '../../core/connection.ts';
import { Repair } from './connect.ts';
import { Instant, MarketplaceName } from './store.ts';

const Day = z.iso.date();

export const RenewalStore = z.object({
  id: z.string(),
  name: z.string(),
  site: z.string(),
  seller_id: z.string().nullable(),
  email: z.string().nullable(),
  verdict: z.enum(VERDICTS),
  state: z.enum(['renewed', 'renewed_early', 'due', 'ended', 'unknown_end', 'blocked']),
  ends_on: Day.nullable().describe('An estimate: no marketplace tells the day.'),
  days_left: z.number().int().nullable(),
  renewed_on: Day.nullable(),
});
export type RenewalStore = z.infer<typeof RenewalStore>;

export const RenewalPlace = z.object({
  key: z.string(),
  marketplace: MarketplaceName,
  host: z.string().describe('Where one signs in, as the store’s primary user.'),
  label: z.string().describe('The marketplace: "Amazon".'),
  button: z.string().nullable().describe('What is clicked there; null where it is confirmed on the permission page.'),
  way: z
    .enum(['consent', 'apps', 'none'])
    .describe('`consent`: POST a form to /app/renewals/{id}/leave; `apps`: open `opens`; `none`: nothing is to open.'),
  opens: z.string().nullable(),
  seen: z
    .boolean()
    .describe('False: a renewal shows only when the old year is over, so the person says that it is done.'),
  steps: Repair.shape.guide.shape.steps,
  stores: z.array(RenewalStore),
});
export type RenewalPlace = z.infer<typeof RenewalPlace>;

export const Renewals = z.object({
  today: Day,
  day: Day.nullable().describe('Null: there is no store to renew.'),
  chosen: z.boolean().describe('False: the day is only suggested.'),
  suggested: Day.nullable(),
  new_end: Day.nullable().describe('When the year of a store that is renewed on the day ends.'),
  done: z.number().int(),
  of: z.number().int(),
  mail_to: z.string().nullable().describe('Who is mailed on a chosen day.'),
  places: z.array(RenewalPlace),
  calendar: z.object({ made_at: Instant, read_at: Instant.nullable() }).nullable(),
});
export type Renewals = z.infer<typeof Renewals>;

export const ChosenDay = z.strictObject({ day: Day.nullable().describe('Null: none, the suggested day counts.') });

/** Shown once, when it is made. */
export const CalendarAddress = z.object({ url: z.string(), webcal_url: z.string(), made_at: Instant });
export type CalendarAddress = z.infer<typeof CalendarAddress>;
