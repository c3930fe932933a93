/**
 * One message of Amazon's queue, read. Envelopes are camelCase or, for some types, PascalCase (models, schemas of the
 * notifications); ACCOUNT_STATUS_CHANGED and the two of the app's secret have no published schema (facts 1.9, 2.2).
 * Messages are not signed: which store is meant is told by a subscription that we made, never by what stands here.
 */
import { z } from 'zod';

import type { MalformedNotice, Notice, NoticeSaid, Standing } from '../../core/notice.ts';
import { Secret } from '../../core/secret.ts';

const id = z.string().regex(/^[\x21-\x7e]{1,200}$/);
const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const envelope = z.object({
  notificationType: z.string().regex(/^\w{1,80}$/),
  eventTime: instant.optional(),
  payload: z.record(z.string(), z.unknown()),
  notificationMetadata: z.object({
    notificationId: id,
    applicationId: id.optional(),
    subscriptionId: id.optional(),
    publishTime: instant.optional(),
  }),
});

const STANDINGS: Readonly<Record<string, Standing>> = {
  NORMAL: 'normal',
  AT_RISK: 'at_risk',
  DEACTIVATED: 'deactivated',
};

/** A status without a rule is of no use, and no mistake of the message. */
const statusChanged = z
  .object({ accountStatusChangeNotification: z.object({ currentAccountStatus: z.string() }) })
  .transform(({ accountStatusChangeNotification: { currentAccountStatus } }): NoticeSaid => {
    const standing = STANDINGS[currentAccountStatus];
    return standing === undefined ? { what: 'other' } : { what: 'standing', standing };
  });

const transaction = z
  .object({ transactionUpdateNotification: z.object({ sellingPartnerMetadata: z.object({ sellingPartnerId: id }) }) })
  .transform(({ transactionUpdateNotification: { sellingPartnerMetadata } }): NoticeSaid => {
    return { what: 'money', sellerId: sellingPartnerMetadata.sellingPartnerId };
  });

const report = z
  .object({ reportProcessingFinishedNotification: z.object({ sellerId: id.optional() }) })
  .transform(({ reportProcessingFinishedNotification: { sellerId } }): NoticeSaid => {
    return { what: 'report', sellerId: sellerId ?? null };
  });

const secretEnds = z
  .object({ applicationOAuthClientSecretExpiry: z.object({ clientId: id, clientSecretExpiryTime: instant }) })
  .transform(({ applicationOAuthClientSecretExpiry: { clientId, clientSecretExpiryTime } }): NoticeSaid => {
    return { what: 'secret_ends', clientId, endsAt: clientSecretExpiryTime };
  });

const newSecret = z
  .object({
    applicationOAuthClientNewSecret: z.object({
      clientId: id,
      newClientSecret: id,
      newClientSecretExpiryTime: instant.optional(),
      oldClientSecretExpiryTime: instant.optional(),
    }),
  })
  .transform(({ applicationOAuthClientNewSecret: said }): NoticeSaid => {
    return {
      what: 'new_secret',
      clientId: said.clientId,
      secret: new Secret(said.newClientSecret),
      endsAt: said.newClientSecretExpiryTime ?? null,
      oldEndsAt: said.oldClientSecretExpiryTime ?? null,
    };
  });

const PAYLOADS: ReadonlyMap<string, z.ZodType<NoticeSaid, unknown>> = new Map<string, z.ZodType<NoticeSaid, unknown>>([
  ['ACCOUNT_STATUS_CHANGED', statusChanged],
  ['TRANSACTION_UPDATE', transaction],
  ['REPORT_PROCESSING_FINISHED', report],
  ['APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY', secretEnds],
  ['APPLICATION_OAUTH_CLIENT_NEW_SECRET', newSecret],
]);

export function readNotification(body: string): Notice | MalformedNotice {
  const parsed = parse(body);
  if (parsed === undefined) return malformed('It is no JSON.');
  const outer = envelope.safeParse(camelCase(parsed));
  return outer.success ? readPayload(outer.data) : malformed(`Its ${placeOf(outer.error)} is not as it should be.`);
}

function readPayload({
  notificationType: type,
  eventTime,
  payload,
  notificationMetadata: metadata,
}: z.output<typeof envelope>) {
  const at = eventTime ?? metadata.publishTime;
  if (at === undefined) return malformed('It says no time.');
  const inner = PAYLOADS.get(type)?.safeParse(payload);
  if (inner && !inner.success) return malformed(`The ${placeOf(inner.error)} of a ${type} is not as it should be.`);
  const { notificationId: id, applicationId = null, subscriptionId = null } = metadata;
  return { kind: 'notice' as const, id, type, at, applicationId, subscriptionId, said: inner?.data ?? OTHER };
}

const OTHER: NoticeSaid = { what: 'other' };

function malformed(why: string): MalformedNotice {
  return { kind: 'malformed', why };
}

/** Names of members alone: what stood in them may be a secret. */
function placeOf(error: z.ZodError): string {
  const path = error.issues[0]?.path.map(String).join('.') ?? '';
  return path === '' ? 'form' : path;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** `NotificationType` → `notificationType`, all the way down. */
function camelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCase);
  if (typeof value !== 'object' || value === null) return value;
  const renamed = Object.entries(value).map(([key, inner]) => [
    `${key.charAt(0).toLowerCase()}${key.slice(1)}`,
    camelCase(inner),
  ]);
  return Object.fromEntries(renamed);
}
