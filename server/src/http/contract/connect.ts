/** Connecting and repairing: connect sessions, typed-in credentials, the ladder as it runs. */
import { z } from 'zod';
import { REGIONS } from '../../core/observation.ts';
import { NameText } from './name.ts';
import { AbsencePatch, CheckBody, DiagnosisBody, Instant, MarketplaceName, StoreBody } from './store.ts';

/** One rung as it is shown: `not_asked` means an earlier answer decided already. */
export const LadderStep = z.object({
  name: z.string().describe('For example `self`, `app`, `control`, `grant`, `identity`, `payouts`.'),
  title: z.string().describe('Plain words: "Your permission at Amazon".'),
  call: z.string().nullable(),
  outcome: z.enum(['waiting', 'running', 'passed', 'failed', 'not_asked', 'cannot_be_asked']),
  text: z.string().describe('Why, in one sentence; empty while waiting.'),
  ms: z.number().nullable(),
  observation_id: z.string().nullable(),
});
export type LadderStep = z.infer<typeof LadderStep>;

const text = (max: number) => z.string().trim().min(1).max(max);

export const StoreFields = {
  marketplace: MarketplaceName,
  site: text(60).describe('The shop’s domain: amazon.com, amazon.co.uk, amazon.de, …'),
  name: NameText(),
  email: z.email().max(254).optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'Three capital letters, for example EUR.')
    .optional(),
  receiving_account: NameText(120).optional(),
};

export const NewConnectSession = z.strictObject({ ...StoreFields, store_id: text(64).optional() });
/** With `store_id` it is a repair, and the store's own fields count. */
export const NewRepairSession = z.strictObject({ store_id: text(64) });

/** Where a store can be moved to: the Selling Partner API, from the Marketplace Web Service before it. */
const MoveTarget = z.literal('amazon');
/** With `move_to` the consent is the new marketplace's; the store keeps its id, name and history. */
export const NewMoveSession = z.strictObject({ store_id: text(64), move_to: MoveTarget });

export const ConnectSession = z.object({
  id: z.string(),
  kind: z
    .enum(['connect', 'repair', 'move'])
    .describe('`move`: the store leaves a marketplace that was retired; `marketplace` is the one it moves to.'),
  url: z.string().describe('The page for the seller. Opening it changes nothing; *Continue* binds the browser.'),
  status: z.enum(['open', 'at_marketplace', 'verifying', 'connected', 'failed', 'expired']),
  marketplace: MarketplaceName,
  site: z.string(),
  name: z.string(),
  store_id: z.string().nullable(),
  steps: z.array(LadderStep),
  diagnosis: DiagnosisBody.nullable(),
  wrong_store: z
    .object({ expected_seller_id: z.string(), got_seller_id: z.string(), expected_name: z.string() })
    .nullable()
    .describe('Consent came from another store: nothing was changed on either.'),
  expires_at: Instant,
  created_at: Instant,
});
export type ConnectSession = z.infer<typeof ConnectSession>;

export const TypedCredentials = z.strictObject({
  refresh_token: z.string().max(4096).optional().describe('For `amazon`.'),
  mws_auth_token: z.string().max(4096).optional().describe('For `amazon-mws`, together with `seller_id`.'),
  seller_id: z.string().max(256).optional(),
  authorized_at: z.iso.datetime().optional(),
});

export const NewStore = z.strictObject({ ...StoreFields, credentials: TypedCredentials });
export type NewStore = z.infer<typeof NewStore>;
export const NewCredentials = z.strictObject({
  marketplace: MoveTarget.optional().describe('Moves the store there, once its new credentials are proven.'),
  credentials: TypedCredentials,
});
export const StorePatch = z.strictObject({
  name: NameText().optional(),
  email: z.email().max(254).nullable().optional(),
  currency: StoreFields.currency.nullable(),
  receiving_account: NameText(120).nullable().optional(),
  paused: z.boolean().optional(),
  second_email: z.email().max(254).nullable().optional(),
  absence: AbsencePatch.nullable()
    .optional()
    .describe('`holiday`: no mails until that day. `sold`: no mails and no more looks. Null: neither.'),
});

/** What a seller types into *Authorize new developer*: the operator's developer for the site's country. */
export const DeveloperIdBody = z.object({
  marketplace: z.literal('amazon-mws'),
  site: z.string(),
  country: z.string().describe('ISO 3166, two letters.'),
  region: z.enum(REGIONS),
  developer_name: z.string(),
  developer_id: z.string().describe('Twelve digits, 0000-1111-2222.'),
  automatic: z.boolean().describe('True: consent at Amazon is enough, nothing has to be typed.'),
});
export type DeveloperIdBody = z.infer<typeof DeveloperIdBody>;

export const ProbeResult = z.object({ steps: z.array(LadderStep), store: StoreBody });
export type ProbeResult = z.infer<typeof ProbeResult>;

const GuidePart = z.object({ kind: z.enum(['text', 'label', 'button']), value: z.string() });
/** What the *Reconnect Your Store* dialog shows. */
export const Repair = z.object({
  store: StoreBody,
  session: ConnectSession,
  diagnosis: DiagnosisBody.nullable(),
  checks: z.array(CheckBody),
  guide: z.object({
    opens: z.string().nullable(),
    way: z.enum(['consent', 'apps', 'none']),
    title: z.string(),
    steps: z.array(
      z.object({ text: z.array(GuidePart), picture: z.literal('apps_row').nullable(), done: z.boolean() }),
    ),
    picture: z
      .object({
        host: z.string(),
        app_name: z.string(),
        app_id: z.string(),
        status: z.string(),
        date: Instant.nullable(),
        button: z.string(),
      })
      .nullable(),
  }),
  opened_at: Instant,
  seller_central_opened_at: Instant.nullable(),
  handed_off: z.boolean().describe('True: it was the store’s owner who went there, by a link that was sent to them.'),
  last_look_at: Instant.nullable(),
  next_look_at: Instant.nullable(),
  continue_url: z.string().describe('POST a form here to go to the permission page; 303.'),
  facts: z.array(z.object({ at: Instant, text: z.string(), call: z.string().nullable(), code: z.string().nullable() })),
});
export type Repair = z.infer<typeof Repair>;
