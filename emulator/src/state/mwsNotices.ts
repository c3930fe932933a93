import type { Instant } from '../clock.ts';
import { text } from '../texts.ts';
import type { MwsGrant } from '../world/schema.ts';
import { MWS_LIFETIME_MS } from './amazon.ts';
import type { Amazon } from './amazon.ts';

const DAY_MS = 86_400_000;
/** The first goes out thirty days before the end, then one a week (Seller Forums, Rick_MWS). */
const DAYS_BEFORE = [30, 23, 16, 9, 2];

/** A reminder that a developer's year ends. */
export type Notice = { id: string; sellerId: string; developerId: string; sentAt: Instant; expiresAt: Instant };

/** The same as the mail it is. */
export type Mail = {
  id: string;
  sellerId: string;
  developerId: string;
  sentAt: Instant;
  /** The primary users. */
  to: string[];
  subject: string;
  text: string;
};

/** What has gone out for the year a permission is in. It follows from the dates alone, so a clock may jump over it. */
function noticesOf(grant: MwsGrant, now: Instant): Notice[] {
  if (!grant.enabled) return [];
  const { sellerId, developerId } = grant;
  const expiresAt = Date.parse(grant.authorizedAt) + MWS_LIFETIME_MS;
  return DAYS_BEFORE.map((days) => ({
    id: `${developerId}.${sellerId}.${isoDay(expiresAt)}.${days}`,
    sellerId,
    developerId,
    sentAt: expiresAt - days * DAY_MS,
    expiresAt,
  })).filter(({ sentAt }) => sentAt <= now);
}

/** Before a year ends by a renewal or a disable: what was sent in it stays in the mailbox. */
export function keepNotices(amazon: Amazon, grant: MwsGrant, now: Instant): void {
  const known = new Set(amazon.notices.map(({ id }) => id));
  amazon.notices.push(...noticesOf(grant, now).filter(({ id }) => !known.has(id)));
}

/** Every reminder sent up to now, to one seller or to all, oldest first. */
export function mailsSent(amazon: Amazon, now: Instant, sellerId?: string): Mail[] {
  const running = amazon.mwsGrants.flatMap((grant) => noticesOf(grant, now));
  const all = new Map([...amazon.notices, ...running].map((notice) => [notice.id, notice]));
  return [...all.values()]
    .filter((notice) => notice.sentAt <= now && (sellerId === undefined || notice.sellerId === sellerId))
    .sort((one, other) => one.sentAt - other.sentAt)
    .map((notice) => mailOf(amazon, notice));
}

function mailOf(amazon: Amazon, { id, sellerId, developerId, sentAt, expiresAt }: Notice): Mail {
  const developer = amazon.developers.find((one) => one.developerId === developerId);
  const users = amazon.sellers.get(sellerId)?.users ?? [];
  const values = { developer: developer?.developerName ?? developerId, developerId, date: isoDay(expiresAt) };
  return {
    id,
    sellerId,
    developerId,
    sentAt,
    to: users.filter((user) => user.primary).map((user) => user.email),
    subject: text(amazon, 'mws.notice.subject', values),
    text: text(amazon, 'mws.notice.text', values),
  };
}

/** "2027-01-02", as Amazon's mail writes it. */
const isoDay = (instant: Instant): string => new Date(instant).toISOString().slice(0, 10);
