import type { Instant } from '../clock.ts';
import type { Amazon } from '../state/amazon.ts';
import type { WireAnswer, WireRequest } from '../wire.ts';
import { refusalAnswer } from './answers.ts';
import { addressOf, readAsked } from './asked.ts';
import type { Asked } from './asked.ts';
import { operationOf } from './operations.ts';
import { Refused } from './refusals.ts';
import type { RefusalName } from './refusals.ts';
import { SERVICE_STATUS } from './serviceStatus.ts';
import { hourlyQuota, quotaWords } from './usagePlan.ts';
import type { Quota } from './usagePlan.ts';

/** Named where an operation without an hourly quota is told to have used it up. */
const ANY_QUOTA = 60;

/** Refusals that are about a seller. GetServiceStatus asks about none, so it never meets them. */
const ABOUT_A_SELLER: ReadonlySet<RefusalName> = new Set<RefusalName>([
  'access_denied',
  'expired',
  'disabled',
  'reactivating',
  'wrong_pair',
  'wrong_region',
  'ineligible',
  'closed',
  'token_missing',
]);

/** One of MWS's refusals without its reason: what an injected fault answers. Undefined where it could not happen. */
export function injectedRefusal(
  amazon: Amazon,
  { refusal, request }: { refusal: RefusalName; request: WireRequest },
  now: Instant,
): WireAnswer | undefined {
  const asked = readAsked(request);
  if (asked.action === SERVICE_STATUS && ABOUT_A_SELLER.has(refusal)) return undefined;
  const quota = quotaFor(amazon, { asked, refusal }, now);
  const values = quota ? quotaWords(quota, addressOf(asked)) : {};
  const site = amazon.sellers.get(asked.sellerId)?.sites[0]?.marketplaceId;
  const refused = new Refused(refusal, site === undefined ? values : { ...values, marketplaceId: site });
  const told = quota?.told ? quota : undefined;
  return refusalAnswer({ amazon, now, requestId: amazon.issue('uuid'), quota: told }, asked, refused);
}

/** The quota as the words name it; the headers tell it only where the operation really has one. */
function quotaFor(
  amazon: Amazon,
  { asked, refusal }: { asked: Asked; refusal: RefusalName },
  now: Instant,
): (Quota & { told: boolean }) | undefined {
  const plan = asked.section && operationOf(asked.section, asked.action)?.plan;
  const usedUp = refusal === 'quota_exceeded';
  if (!plan || (plan.hourly === undefined && !usedUp)) return undefined;
  const caller = { sellerId: asked.sellerId, developerId: '' };
  const use = { plan: { ...plan, hourly: plan.hourly ?? ANY_QUOTA }, operation: addressOf(asked), caller };
  const quota = hourlyQuota(amazon, use, now);
  return quota && { ...quota, remaining: usedUp ? 0 : quota.remaining, told: plan.hourly !== undefined };
}
