/** Incidents and cohorts for the operator's pages, and the public page of how the marketplaces answer. */
import { z } from 'zod';
import { CONTROL_VIAS } from '../../core/weather.ts';
import { REGIONS } from '../../core/observation.ts';
import { CauseName, Instant, MarketplaceName } from './store.ts';

const NoticedBy = z.enum(['test', 'control', 'app', 'operator']);

export const IncidentBody = z.object({
  id: z.string(),
  cohort: z
    .string()
    .describe('`marketplace:app:region`; for a fault of an app `app:<application id>`, of this machine `own`.'),
  marketplace: MarketplaceName.nullable(),
  label: z.string().describe('The marketplace as a person says it: "Amazon".'),
  region: z.enum(REGIONS).nullable(),
  place: z.string().describe('"Amazon North America"; for a fault of our own the name of the app, or "This machine".'),
  app_name: z.string().nullable(),
  cause: CauseName,
  operation: z
    .string()
    .nullable()
    .describe('The one operation that fails: `token` or the kind of data. Null: more than one.'),
  extent: z.enum(['all', 'some']).describe('`some`: others were answered meanwhile.'),
  began_at: Instant.describe('The first failure that it explains.'),
  opened_at: Instant,
  over_at: Instant.nullable().describe('When the marketplace answered again; a little before it was closed.'),
  closed_at: Instant.nullable(),
  opened_by: NoticedBy,
  closed_by: NoticedBy.nullable(),
  note: z.string().nullable().describe('What an operator wrote. It is read on the public page.'),
  opening: z
    .object({
      active: z.number().int().nullable(),
      failing: z.number().int().nullable(),
      baseline: z.number().nullable(),
      p: z.number().nullable().describe('How unlikely so many would be by chance.'),
      control: z.string().nullable().describe('What the control answered.'),
    })
    .describe('The numbers when it was opened.'),
  evidence: z.array(z.string()).describe('Observation ids.'),
  held: z.number().int().describe('Stores that it holds now.'),
  released: z.number().int().describe('Stores that it held and that were let go.'),
  text: z.object({
    title: z.string().describe('"Amazon refuses all calls in North America"'),
    opened: z.string().describe('Why it was opened, with the numbers.'),
    closed: z.string().nullable().describe('Why it was closed.'),
  }),
});
export type IncidentBody = z.infer<typeof IncidentBody>;

export const CohortBody = z.object({
  cohort: z.string(),
  marketplace: MarketplaceName,
  label: z.string(),
  region: z.enum(REGIONS),
  place: z.string(),
  app_name: z.string().nullable(),
  application_id: z.string(),
  stores: z.number().int().describe('Live stores.'),
  active: z.number().int().describe('Looked at in the most telling span.'),
  failing: z.number().int().describe('Of these, the ones whose trouble is new.'),
  share: z.number().nullable().describe('Failing of active; null when nobody was looked at.'),
  baseline: z.number().describe('The share that is ordinary for this cohort.'),
  p: z.number().nullable().describe('How unlikely so many would be by chance; null for a thin cohort.'),
  thin: z.boolean().describe('True: too few stores to compare with. The control decides alone, with low confidence.'),
  control: z.object({ ok: z.boolean(), at: Instant, via: z.enum(CONTROL_VIAS).nullable() }).nullable(),
  app_fault: z.object({ cause: CauseName, since: Instant.nullable() }).nullable(),
  held: z.number().int().describe('Stores that its open incident holds.'),
  last_look_at: Instant.nullable(),
  incident: IncidentBody.nullable().describe('The open one.'),
});
export type CohortBody = z.infer<typeof CohortBody>;

/** Public: nothing of it names a store, an account, an app, or how many there are. */
export const StatusPlace = z.object({
  marketplace: MarketplaceName,
  label: z.string(),
  region: z.enum(REGIONS),
  place: z.string().describe('"Amazon Europe"'),
  state: z.enum(['answering', 'trouble', 'unknown']).describe('`unknown`: nothing was asked there lately.'),
  since: Instant.nullable().describe('Since when; null when it has been so for all of the ninety days.'),
  sentence: z.string(),
  incidents: z
    .array(z.object({ from: Instant, to: Instant.nullable(), sentence: z.string(), note: z.string().nullable() }))
    .describe('Of the last ninety days, newest first.'),
});
export type StatusPlace = z.infer<typeof StatusPlace>;

export const StatusBody = z.object({
  as_of: Instant,
  days: z.number().int(),
  places: z.array(StatusPlace),
});
export type StatusBody = z.infer<typeof StatusBody>;

export const OpenIncident = z.strictObject({
  cohort: z.string().trim().min(1).max(200),
  note: z.string().trim().min(1).max(500),
});
export const CloseIncident = z.strictObject({
  cohort: z.string().trim().min(1).max(200),
  note: z.string().trim().max(500).optional(),
});

/** What the operator's word was noted on. */
export const NotedIncident = z.object({ id: z.string() });

export const CohortList = z.object({ as_of: Instant, data: z.array(CohortBody) });
export type CohortList = z.infer<typeof CohortList>;

export const IncidentList = z.object({ data: z.array(IncidentBody).describe('Opened last first.') });
export type IncidentList = z.infer<typeof IncidentList>;
