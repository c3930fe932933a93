import { z } from 'zod';

/** An instant with its zone, as ISO 8601 writes it ("2026-11-23T12:00:00Z"). */
const instant = z.iso.datetime({
  offset: true,
  error: 'must be an ISO 8601 date and time with a zone, for example 2026-11-23T12:00:00Z',
});

const region = z.enum(['na', 'eu', 'fe']);

/** `finance` and `insights` open something here; any other role may be named and opens nothing. */
const role = z.string().regex(/^[a-z][a-z0-9_-]*$/, 'must be a role name in lower case, for example finance');

const secretSchema = z.strictObject({ secret: z.string().min(1), expiresAt: instant.optional() });

/** The queues of one AWS account are played; FIFO queues take no notifications. */
const queueArn = z
  .string()
  .regex(
    /^arn:aws:sqs:[a-z0-9-]+:123456789012:[\w-]{1,80}$/,
    'must be the ARN of a standard queue of account 123456789012, for example arn:aws:sqs:us-east-1:123456789012:notifications',
  );

export const appSchema = z.strictObject({
  applicationId: z.string().min(1),
  name: z.string().min(1),
  /** Company named on the consent page; the app's name when absent. */
  developerName: z.string().min(1).optional(),
  clientId: z.string().min(1),
  clientSecrets: z.array(secretSchema),
  redirectUris: z.array(z.url()).default([]),
  loginUri: z.url().optional(),
  draft: z.boolean().default(false),
  roles: z.array(role).default(['finance', 'insights']),
  revivesOldToken: z.boolean().default(false),
  /**
   * What a refresh answers with. `none`: the token that was sent. Otherwise a new one, and the one that was sent
   * `keeps_old`: stays valid, `replaces`: ends, `detects_reuse`: ends, and sending it again ends them all.
   */
  refreshTokenRotation: z.enum(['none', 'keeps_old', 'replaces', 'detects_reuse']).default('none'),
  /** False: Amazon takes no new authorizations for this developer (MD9000). */
  eligible: z.boolean().default(true),
  /** Largest number of sellers with a live grant; absent for an app listed in the Appstore. */
  consentLimit: z.int().min(0).optional(),
  /** Notification preference of the developer console: where news about the app itself goes, its new secrets too. */
  notificationQueueArn: queueArn.optional(),
});

/** `Finances` closes a whole section of MWS, `Finances.ListFinancialEvents` one operation. */
const closedOperation = z
  .string()
  .regex(/^[A-Z]\w*(?:\.[A-Z]\w*)?$/, 'must be a section or Section.Action, for example Finances');

/** One MWS account of a developer. They are regional, so a provider has one in every region it serves. */
export const developerSchema = z.strictObject({
  /** `cn` is China's own MWS: it is answered, but no seller of this world is there. */
  region: z.enum([...region.options, 'cn']),
  developerName: z.string().min(1),
  /** Twelve digits, as Amazon shows them: 0000-1111-2222. */
  developerId: z.string().min(1),
  accessKeyId: z.string().min(1),
  secretKey: z.string().min(1),
  /** True: Enable after Disable revives the old token instead of giving a new one. */
  keepsTokenOnEnable: z.boolean().default(false),
  /** False: Amazon takes no new authorizations for this developer (MD9000). */
  eligible: z.boolean().default(true),
  /** How long after Renew or Enable the calls are still refused. */
  reactivationDelaySeconds: z.number().min(0).default(0),
  /** True: an authorization whose year ended is listed as Disabled with *Enable*, as some sellers saw it. */
  disabledWhenExpired: z.boolean().default(false),
  /** The Selling Partner API application this is the MWS side of: its consent page gives an MWS token too. */
  applicationId: z.string().min(1).optional(),
  /** What Amazon does not let this developer call, whoever the seller is. */
  closed: z.array(closedOperation).default([]),
});

const siteSchema = z.strictObject({
  marketplaceId: z.string().min(1),
  participating: z.boolean().default(true),
  suspendedListings: z.boolean().default(false),
  /** Takes part, but Amazon prevents it from acting there; only MWS says so. */
  restricted: z.boolean().optional(),
});

export const userSchema = z.strictObject({
  email: z.string().min(1),
  password: z.string(),
  primary: z.boolean().default(false),
});

export const sellerStatus = z.enum(['NORMAL', 'AT_RISK', 'DEACTIVATED', 'CLOSED']);
export const sellerPlan = z.enum(['PROFESSIONAL', 'INDIVIDUAL']);

const sellerSchema = z.strictObject({
  sellerId: z.string().min(1),
  region,
  storeName: z.string().min(1),
  status: sellerStatus.default('NORMAL'),
  plan: sellerPlan.default('PROFESSIONAL'),
  users: z.array(userSchema).default([]),
  sites: z.array(siteSchema).default([]),
  /** Uses Login with Amazon on a page of its own, which MWS counts as one more "marketplace". */
  loginWithAmazon: z.boolean().optional(),
});

const grantSchema = z.strictObject({
  sellerId: z.string().min(1),
  applicationId: z.string().min(1),
  authorizedAt: instant,
  enabled: z.boolean().default(true),
  halfOpen: z.boolean().default(false),
  roles: z.array(role).optional(),
  refreshTokens: z.array(z.string().min(1)).default([]),
  /** Tokens that were valid once; Amazon still knows them and refuses them as revoked. */
  retiredTokens: z.array(z.string().min(1)).default([]),
});

const mwsGrantSchema = z.strictObject({
  sellerId: z.string().min(1),
  developerId: z.string().min(1),
  authToken: z.string().min(1),
  /** The year counts from here; Renew moves it. */
  authorizedAt: instant,
  enabled: z.boolean().default(true),
  /** Until then the permission is there and the calls are still refused, as after Renew with a delay. */
  worksFrom: instant.optional(),
  /** What this seller's calls are denied beside what the developer's are. */
  closed: z.array(closedOperation).default([]),
});

const currency = z.looseObject({ currencyCode: z.string().length(3), currencyAmount: z.number() });
const relatedIdentifiers = z.array(
  z.looseObject({ relatedIdentifierName: z.string(), relatedIdentifierValue: z.string() }),
);

/** The Transfers 2024-06-01 model's `Payout` and whose it is; one with a `creationDate` to come is expected until then. */
export const payoutSchema = z.looseObject({
  sellerId: z.string().min(1),
  id: z.string().min(1),
  partnerMetadata: z.looseObject({ partnerId: z.string(), accountType: z.string(), marketplaceId: z.string() }),
  currentStatus: z.enum(['STARTED', 'IN_TRANSIT', 'PAID', 'FAILED', 'CANCELLED', 'NO_PAYOUT']),
  statusHistory: z.array(z.looseObject({ status: z.string(), lastUpdatedDate: instant })).default([]),
  creationDate: instant.optional(),
  amount: currency.optional(),
  accountTail: z.string().optional(),
  paymentMethod: z.string().optional(),
  traceId: z.string().optional(),
  period: z.looseObject({ startDate: instant, endDate: instant.optional() }).optional(),
  relatedIdentifiers: relatedIdentifiers.optional(),
});

/** The Finances 2024-06-19 model's `Transaction` and whose it is. */
export const transactionSchema = z.looseObject({
  sellerId: z.string().min(1),
  transactionId: z.string().min(1).optional(),
  transactionStatus: z.string().optional(),
  postedDate: instant.optional(),
  totalAmount: currency.optional(),
  sellingPartnerMetadata: z
    .looseObject({
      sellingPartnerId: z.string().optional(),
      accountType: z.string().optional(),
      marketplaceId: z.string().optional(),
    })
    .optional(),
  relatedIdentifiers: relatedIdentifiers.optional(),
});

const settlementLineSchema = z.looseObject({
  transactionType: z.string(),
  amountType: z.string(),
  amountDescription: z.string(),
  amount: z.union([z.number(), z.string()]),
});

export const settlementSchema = z.strictObject({
  sellerId: z.string().min(1),
  settlementId: z.string().min(1),
  start: instant,
  end: instant,
  depositDate: instant.optional(),
  currency: z.string().length(3),
  accountType: z.string(),
  lines: z.array(settlementLineSchema),
});

/** Where an app has notifications sent, at one region's hosts. */
const destinationSchema = z.strictObject({
  destinationId: z.string().min(1),
  applicationId: z.string().min(1),
  region,
  name: z.string().min(1),
  resource: z.union([
    z.strictObject({ sqs: z.strictObject({ arn: queueArn }) }),
    z.strictObject({ eventBridge: z.strictObject({ name: z.string(), region: z.string(), accountId: z.string() }) }),
  ]),
});

/** One seller's notifications of one type to one app. */
const subscriptionSchema = z.strictObject({
  subscriptionId: z.string().min(1),
  applicationId: z.string().min(1),
  sellerId: z.string().min(1),
  notificationType: z.string().min(1),
  payloadVersion: z.string().min(1),
  destinationId: z.string().min(1),
  processingDirective: z.record(z.string(), z.json()).optional(),
  /** What happened before is not told; absent: it was always there. */
  createdAt: instant.optional(),
});

const messageSchema = z.strictObject({
  messageId: z.string().min(1),
  body: z.string(),
  sentAt: instant.optional(),
  copy: z.int().min(0).max(1).default(0),
});

const queueSchema = z.strictObject({
  arn: queueArn,
  attributes: z.record(z.string(), z.string()).default({}),
  /** True: every message arrives twice. */
  duplicate: z.boolean().default(false),
  /** Messages are handed out in an order drawn from it; absent: as they arrived. */
  shuffleSeed: z.string().min(1).optional(),
  messages: z.array(messageSchema).default([]),
});

export const worldSchema = z.strictObject({
  now: instant.optional(),
  apps: z.array(appSchema).default([]),
  developers: z.array(developerSchema).default([]),
  sellers: z.array(sellerSchema).default([]),
  grants: z.array(grantSchema).default([]),
  mwsGrants: z.array(mwsGrantSchema).default([]),
  payouts: z.array(payoutSchema).default([]),
  transactions: z.array(transactionSchema).default([]),
  settlements: z.array(settlementSchema).default([]),
  destinations: z.array(destinationSchema).default([]),
  subscriptions: z.array(subscriptionSchema).default([]),
  queues: z.array(queueSchema).default([]),
  /** Error texts that replace the built-in ones, by the names in `texts.ts`. */
  texts: z.record(z.string(), z.string()).default({}),
  /** False switches usage plans off. */
  throttle: z.boolean().default(true),
});

/** A world file after validation, defaults filled in. */
export type World = z.infer<typeof worldSchema>;
/** A world file as a person may write it. */
export type WorldFile = z.input<typeof worldSchema>;
export type AppEntry = z.infer<typeof appSchema>;
export type SellerEntry = z.infer<typeof sellerSchema>;
export type Developer = z.infer<typeof developerSchema>;
export type MwsGrant = z.infer<typeof mwsGrantSchema>;
export type Payout = z.infer<typeof payoutSchema>;
export type Transaction = z.infer<typeof transactionSchema>;
export type Settlement = z.infer<typeof settlementSchema>;
export type Destination = z.infer<typeof destinationSchema>;
export type Subscription = z.infer<typeof subscriptionSchema>;
export type QueueEntry = z.infer<typeof queueSchema>;
