/** The store as the public API and the pages see it. Schemas give validation, OpenAPI and types; names are snake_case. */
import { MARKETPLACES } from '../../core/access.ts';
import { z } from 'zod';
import { VERDICTS } from '../../core/connection.ts';
import { ACTIONS, CAUSES, OWNERS, type Cause } from '../../core/diagnosis.ts';
import { CAPABILITIES, REGIONS } from '../../core/observation.ts';

const causes = Object.keys(CAUSES) as [Cause, ...Cause[]];

export const MarketplaceName = z
  .enum(MARKETPLACES)
  .describe('`amazon` is the Selling Partner API, `amazon-mws` the Marketplace Web Service before it.');
export const Instant = z.iso.datetime().describe('UTC, RFC 3339.');
export const CauseName = z.enum(causes);
export const Likely = z.object({ cause: CauseName, reason: z.string() });
export const Deadline = z.object({
  at: Instant,
  kind: z
    .enum(['estimated', 'announced', 'recovery', 'decision'])
    .describe('`decision`: by then it is known which of the likely causes it is.'),
});
export const Confidence = z.enum(['high', 'medium', 'low']);

export const DiagnosisBody = z.object({
  cause: CauseName,
  likely: z.array(Likely),
  owner: z.enum(OWNERS),
  action: z.enum(ACTIONS),
  heals_in_place: z.boolean(),
  confidence: Confidence,
  evidence: z.array(z.string()).describe('Observation ids.'),
  excluded: z.array(Likely),
  capability: z.enum(CAPABILITIES).nullable(),
  text: z.object({
    locale: z.string(),
    sentence: z.string().describe('What happened, with its date.'),
    means: z.string().describe('What it means and what stays safe.'),
    next: z.string().describe('What to do, or that there is nothing to do.'),
    certainty: z
      .string()
      .optional()
      .describe('Only where it is not certain: why, for example too few stores to compare with.'),
  }),
});
export type DiagnosisBody = z.infer<typeof DiagnosisBody>;

export const SiteBody = z.object({
  site: z.string(),
  marketplace_id: z.string(),
  name: z.string(),
  participating: z.boolean(),
  listings_suspended: z.boolean(),
});

/** One of the three checks of the dialog. `cannot_be_asked` is never shown as passed. */
export const CheckBody = z.object({
  name: z.enum(['developer_access', 'seller_id_and_token', 'store_active']),
  title: z.string(),
  result: z.enum(['passed', 'failed', 'cannot_be_asked', 'waiting', 'running']),
  word: z.string(),
  evidence: z.string(),
});
export type CheckBody = z.infer<typeof CheckBody>;

/** `until` is the first day that is no holiday any more, in the account's time zone. */
export const AbsencePatch = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('holiday'), until: z.iso.date() }),
  z.strictObject({ kind: z.literal('sold'), until: z.null().optional() }),
]);
export type AbsencePatch = z.infer<typeof AbsencePatch>;

export const AbsenceBody = z.object({
  kind: z.enum(['holiday', 'sold']),
  until: z.iso.date().nullable().describe('The first day that is no holiday any more; null for a store that was sold.'),
  ends_at: Instant.nullable(),
  text: z.string().describe('The words of the row: "Away until 12 January, no mails."'),
});
export type AbsenceBody = z.infer<typeof AbsenceBody>;

export const StoreBody = z.object({
  id: z.string(),
  name: z.string(),
  marketplace: MarketplaceName,
  site: z.string(),
  region: z.enum(REGIONS),
  sites: z.array(SiteBody),
  seller_id: z.string().nullable().describe('The seller that the marketplace’s own data named; null until then.'),
  claimed_seller_id: z
    .string()
    .nullable()
    .describe('Whom the callback or a person said it is, while no data has named the seller.'),
  email: z.string().nullable(),
  second_email: z
    .string()
    .nullable()
    .describe('Reads what was not put right after the first alarm; null: the account’s second contact, if it has one.'),
  currency: z.string().nullable(),
  receiving_account: z.string().nullable(),
  verdict: z.enum(VERDICTS),
  pending: z.boolean().describe('True: listed under Stores pending connection.'),
  cause: CauseName.nullable(),
  capability: z.enum(CAPABILITIES).nullable(),
  likely: z.array(Likely),
  owner: z.enum(OWNERS),
  action: z.enum(ACTIONS),
  deadline: Deadline.nullable(),
  repair_url: z.string().nullable(),
  can_move: z
    .boolean()
    .describe('True: its marketplace was retired and the store can be moved to the one that replaced it.'),
  absence: AbsenceBody.nullable().describe('A planned absence: nobody is mailed. What is wrong is still said here.'),
  heals_in_place: z.boolean(),
  since: Instant,
  as_of: Instant.nullable().describe('When the last look was.'),
  next_look_at: Instant.nullable(),
  last_ok_at: Instant.nullable(),
  confidence: Confidence.nullable(),
  evidence: z.array(z.string()),
  excluded: z.array(Likely),
  notices: z.array(z.object({ cause: CauseName, text: z.string() })),
  text: z.object({
    locale: z.string(),
    status: z.string().describe('The words of the row, for example "Reconnect store".'),
    sentence: z.string().nullable(),
    means: z.string().nullable(),
    next: z.string().nullable(),
    certainty: z.string().optional().describe('Only where the cause is not certain: why.'),
  }),
  checks: z.array(CheckBody),
  authorized_at: Instant.nullable(),
  expires_at: Instant.nullable().describe('authorized_at + 365 days: an estimate, no API gives the date.'),
  version: z.number().int(),
  credential_version: z.number().int(),
  created_at: Instant,
});
export type StoreBody = z.infer<typeof StoreBody>;

export const ObservationBody = z.object({
  id: z.string(),
  at: Instant,
  source: z.string(),
  rung: z.string(),
  call: z.string(),
  region: z.string().nullable(),
  capability: z.string().nullable(),
  answer: z.string(),
  status: z.number().int().nullable(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  ms: z.number(),
  credential_version: z.number().int(),
  text: z.string().describe('The observation as one plain sentence.'),
});
export type ObservationBody = z.infer<typeof ObservationBody>;

/** An incident as an account with held stores hears of it: nothing of it tells about anybody else's stores. */
export const IncidentNews = z.object({
  id: z.string(),
  marketplace: MarketplaceName,
  region: z.enum(REGIONS),
  cause: CauseName,
  from: Instant,
  to: Instant.nullable().describe('When the marketplace answered again; null while it does not.'),
  text: z.object({ locale: z.string(), sentence: z.string() }),
});
export type IncidentNews = z.infer<typeof IncidentNews>;

export const EventBody = z.object({
  id: z.string(),
  type: z.string(),
  at: Instant,
  store_id: z
    .string()
    .nullable()
    .describe('Null for `incident.opened` and `incident.closed`, which concern many stores.'),
  version: z.number().int(),
  store: StoreBody.nullable(),
  incident: IncidentNews.optional().describe('Only with `incident.opened` and `incident.closed`.'),
});
export type EventBody = z.infer<typeof EventBody>;

export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), code: z.string(), message: z.string() })).optional(),
  diagnosis: DiagnosisBody.optional(),
});
export type Problem = z.infer<typeof Problem>;
