/** What the pages use beside the public API, under `/app`. Session cookie only; not a public contract. */
import { z } from 'zod';
import type { ConnectSession } from './connect.ts';
import { NameText } from './name.ts';
import { Instant, MarketplaceName, SiteBody, StoreBody } from './store.ts';

export const Me = z.object({
  person: z.object({ id: z.string(), name: z.string(), email: z.string(), email_verified: z.boolean() }),
  account: z.object({ id: z.string(), name: z.string(), role: z.enum(['owner', 'admin', 'member']) }),
  accounts: z.array(z.object({ id: z.string(), name: z.string() })),
  demo: z.boolean(),
  /** True: may see the pages of the operator of this instance. */
  operator: z.boolean(),
  /** The product's clock: in the demo it can be moved. */
  now: Instant,
  unread_mails: z.number().int(),
});
export type Me = z.infer<typeof Me>;

export const Offer = z.object({
  demo: z.boolean(),
  sends_mail: z.boolean().describe('False: no mail server is configured, and the operator hands links over.'),
});
export type Offer = z.infer<typeof Offer>;

export const Catalogue = z.object({
  marketplaces: z.array(
    z.object({
      marketplace: MarketplaceName,
      label: z.string(),
      retired_on: z.iso.date().nullable().describe('The day from which the marketplace no longer offers it, or null.'),
      app_name: z.string().nullable().describe('Null: the operator has not configured an app for any site yet.'),
      credential_fields: z
        .array(z.object({ name: z.enum(['refresh_token', 'mws_auth_token', 'seller_id']), required: z.boolean() }))
        .describe('What is typed in to connect by hand.'),
      sites: z.array(
        SiteBody.pick({ site: true, marketplace_id: true, name: true }).extend({
          country: z.string(),
          currency: z.string(),
          region: z.string(),
          app_name: z.string().nullable().describe('Null: the operator has not configured an app for this site.'),
          automatic: z.boolean().describe('True: a consent page at the marketplace connects it; else by hand only.'),
        }),
      ),
    }),
  ),
  currencies: z.array(z.string()),
});
export type Catalogue = z.infer<typeof Catalogue>;

export const Person = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(['owner', 'admin', 'member']),
  you: z.boolean(),
  invited: z.boolean().describe('True: invited, has not joined yet.'),
});
export const NewPerson = z.strictObject({ email: z.email().max(254), role: z.enum(['admin', 'member']) });
export const Invitation = z.object({ id: z.string(), email: z.string(), url: z.string(), expires_at: Instant });
/** What the page of an invitation shows to whoever holds its link. */
export const InvitationPage = Invitation.omit({ url: true }).extend({
  account_name: z.string(),
  invited_by: z.string(),
  role: z.enum(['owner', 'admin', 'member']),
});
export const ApiKey = z.object({
  id: z.string(),
  name: z.string(),
  start: z.string().describe('The first characters, to tell keys apart.'),
  created_at: Instant,
  last_used_at: Instant.nullable(),
});
export const NewApiKey = z.strictObject({ name: NameText(60) });
export const CreatedApiKey = ApiKey.extend({ key: z.string().describe('Shown once.') });

/** The operator's view over all accounts: who has left MWS, and who is still there. */
export const Fleet = z.object({
  mws: z.object({
    total: z.number().int().describe('Moved and left together.'),
    moved: z.number().int(),
    left: z.number().int(),
    stores: z
      .array(
        StoreBody.pick({ id: true, name: true, site: true, verdict: true, since: true }).extend({
          account: z.string().describe('The account’s name.'),
        }),
      )
      .describe('Those that are left, the ones in trouble first; at most 500.'),
    by_day: z.array(z.object({ day: z.iso.date().describe('UTC.'), moved: z.number().int() })),
  }),
});
export type Fleet = z.infer<typeof Fleet>;
const OpenFault = z.object({
  cause: z.string(),
  since: Instant,
  subject: z.string(),
  happened: z.string(),
  means: z.string(),
  next: z.string(),
});

/** The operator's own apps: their secrets by fingerprint, their queues, and what is wrong with them. Never a secret. */
export const Apps = z.object({
  apps: z.array(
    z.object({
      application_id: z.string(),
      name: z.string(),
      marketplace: MarketplaceName,
      label: z.string(),
      draft: z.boolean().describe('True: the settings say that the app is a draft at the marketplace.'),
      secrets: z
        .array(
          z.object({
            fingerprint: z.string(),
            source: z.enum(['file', 'notification']),
            status: z.enum(['candidate', 'canary', 'live', 'refused', 'retired']),
            since: Instant,
            ends_at: Instant.nullable().describe('Null: nobody has said.'),
            canary: z
              .object({ at: Instant, on: z.enum(['operator_store', 'store', 'app']), answer: z.string() })
              .nullable()
              .describe('How trying it on one store ended.'),
          }),
        )
        .describe('The one in use first.'),
      runway_days: z.number().int().nullable().describe('Days until the secret in use ends; null: nobody has said.'),
      can_rotate: z.boolean().describe('True: a new secret can be ordered and would come by the queue.'),
      rotates_itself: z.boolean(),
      rotation: z.object({ asked_at: Instant, answer: z.string().nullable() }).nullable(),
      queue: z
        .object({
          last_message_at: Instant.nullable(),
          handled: z.number().int(),
          repeated: z.number().int(),
          unknown: z.number().int(),
          malformed: z.number().int(),
          failures: z.number().int().describe('Times in a row that the queue could not be read.'),
          last_failure: z.string().nullable(),
          last_failure_at: Instant.nullable(),
          subscribed: z.number().int(),
          not_subscribed: z.number().int(),
        })
        .nullable()
        .describe('Null: the app has no queue, and stores are looked at only.'),
      faults: z.array(OpenFault),
    }),
  ),
  machine: z.array(OpenFault).describe('Faults of the machine itself.'),
});
export type Apps = z.infer<typeof Apps>;
export const RotateSecret = z.strictObject({ application_id: z.string().min(1).max(200) });

export const TimelineEntry = z.object({
  at: Instant,
  kind: z.enum(['event', 'observation']),
  title: z.string(),
  text: z.string(),
  observation_ids: z.array(z.string()),
});

export const Mail = z.object({
  id: z.string(),
  at: Instant,
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  store_id: z.string().nullable(),
  read: z.boolean(),
});
export type Mail = z.infer<typeof Mail>;

export const DRILLS = [
  'access_disabled',
  'year_passes',
  'wrong_pair',
  'half_open',
  'role_dropped',
  'store_inactive',
  'store_deactivated',
  'store_closed',
  'vacation',
  'everyone_refused',
  'outage',
  'throttled',
  'html_503',
  'slow',
  'drop_response',
  'truncate',
  'unknown_answer',
  'secret_expired',
  'mws_section_denied',
  'mws_site_refused',
  'mws_service_red',
  'mws_throttled',
  'mws_key_deleted',
  'mws_secret_wrong',
] as const;
export const Drill = z.object({
  kind: z.enum(DRILLS),
  group: z.enum(['seller', 'amazon', 'us']),
  title: z.string(),
  text: z.string(),
  /** What should happen, step by step; `done_at` when it was seen in this run. */
  scope: z.enum(['store', 'region']),
  marketplaces: z.array(MarketplaceName).describe('At which it can happen: a store of another is not offered it.'),
});
export const RunningDrill = z.object({
  id: z.string(),
  kind: z.enum(DRILLS),
  store_id: z.string().nullable(),
  region: z.string().nullable(),
  title: z.string(),
  started_at: Instant,
  expectations: z.array(z.object({ text: z.string(), detail: z.string().nullable(), done: z.boolean() })),
  calls_used: z.number().int(),
  seconds_to_verdict: z.number().nullable(),
  mails: z.number().int(),
});
export const DemoState = z.object({
  now: Instant,
  drills: z.array(Drill),
  running: z.array(RunningDrill),
  seller_central_url: z.string(),
});
export type DemoState = z.infer<typeof DemoState>;
export const StartDrill = z.strictObject({
  kind: z.enum(DRILLS),
  store_id: z.string().max(64).optional(),
  region: z.enum(['na', 'eu', 'fe']).optional(),
});
export const MoveClock = z.union([
  z.strictObject({ advance: z.enum(['PT2M', 'PT1H', 'P1D', 'P30D']) }),
  z.strictObject({ to: z.literal('next_expiry') }),
]);

/** Server-sent events of `GET /app/live`: event name → data. */
export type LiveEvents = {
  store: StoreBody;
  store_removed: { store_id: string };
  connect_session: ConnectSession;
  repair: { store_id: string };
  clock: { now: string };
  mailbox: { unread: number };
};
