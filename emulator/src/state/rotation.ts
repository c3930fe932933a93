import type { Instant, Moment } from '../clock.ts';
import type { Amazon, App, ClientSecret } from './amazon.ts';
import { tellApp } from './notifications.ts';
import type { News, Sent } from './notifications.ts';

const DAY_MS = 86_400_000;
/** A client secret lives 180 days ("Rotate your application's client secret"). */
export const SECRET_LIFETIME_MS = 180 * DAY_MS;
/** After a rotation the secrets before it work on for a week. */
export const OLD_SECRET_MS = 7 * DAY_MS;
/** The notices begin ninety days before the end; which days follow is unverified. */
const NOTICE_DAYS = [90, 60, 30, 14, 7, 1];

/** The secret an app is meant to use: the one that ends last. Undefined for an app that has none. */
export function currentSecret({ clientSecrets }: App): ClientSecret | undefined {
  const end = (one: ClientSecret): Instant => one.expiresAt ?? Infinity;
  return clientSecrets.reduce<ClientSecret | undefined>(
    (last, one) => (last === undefined || end(one) >= end(last) ? one : last),
    undefined,
  );
}

/**
 * Gives an app a new secret for 180 days and sends it to its queue. Every secret before it works at most seven more
 * days. The caller has made sure that there is a queue: the secret is told nowhere else.
 */
export function rotateSecret(amazon: Amazon, app: App, moment: Moment): Sent[] {
  const last = moment.now + OLD_SECRET_MS;
  const before = app.clientSecrets.map(({ secret, expiresAt }) => ({
    secret,
    expiresAt: Math.min(expiresAt ?? Infinity, last),
  }));
  const made = { secret: amazon.issue('clientSecret'), expiresAt: moment.now + SECRET_LIFETIME_MS };
  app.clientSecrets = [...before, made];
  return tellApp(amazon, { app, news: newSecretNews(app, moment.now) }, moment);
}

/** APPLICATION_OAUTH_CLIENT_NEW_SECRET with the app's newest secret, and the end of the one before. */
export function newSecretNews(app: App, at: Instant): News {
  const made = currentSecret(app);
  const old = currentSecret({ ...app, clientSecrets: app.clientSecrets.filter((one) => one !== made) });
  const applicationOAuthClientNewSecret = {
    clientId: app.clientId,
    newClientSecret: made?.secret ?? '',
    newClientSecretExpiryTime: iso(made?.expiresAt ?? at + SECRET_LIFETIME_MS),
    oldClientSecretExpiryTime: iso(old?.expiresAt ?? at),
  };
  return { type: 'APPLICATION_OAUTH_CLIENT_NEW_SECRET', payload: { applicationOAuthClientNewSecret }, at };
}

/** APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY for the secret in use. */
export function expiryNews(app: App, at: Instant): News {
  const applicationOAuthClientSecretExpiry = {
    clientId: app.clientId,
    clientSecretExpiryTime: iso(currentSecret(app)?.expiresAt ?? at + SECRET_LIFETIME_MS),
    clientSecretExpiryReason: 'PERIODIC_ROTATION',
  };
  return { type: 'APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY', payload: { applicationOAuthClientSecretExpiry }, at };
}

/** The notices that fall due in (after, until]; none for a secret without an end. */
export function noticesDue(app: App, after: Instant, until: Instant): News[] {
  const end = currentSecret(app)?.expiresAt;
  if (end === undefined) return [];
  return NOTICE_DAYS.map((days) => end - days * DAY_MS)
    .filter((at) => at > after && at <= until)
    .map((at) => expiryNews(app, at));
}

const iso = (instant: Instant): string => new Date(instant).toISOString();
