/** What has had its time is forgotten: trips to the marketplace that ended, answers kept for requests sent again, and looks that no log has to hold any more. */
import { forgetNotifications } from '../db/app-queue.ts';
import { forgetStates } from '../db/consent.ts';
import { forgetHandOffs } from '../db/hand-offs.ts';
import { forgetIdempotent } from '../db/idempotency.ts';
import { forgetSecrets } from '../db/installation-secrets.ts';
import { forgetLooks } from '../db/looks.ts';
import { forgetIntents } from '../db/token-intents.ts';
import type { Shop } from '../stores/shop.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Between two sweeps of one process. Machine time, as are the two below where they say so. Milliseconds. */
const EVERY_MS = HOUR;
/** Whoever comes back with an old address within a day of its end reads that it ended, not that it is unknown. The product's time. */
const STATES_MS = DAY;
/** What an owner did with a link is told to its sender for this long after the link ran out. The product's time. */
const HAND_OFFS_MS = 30 * DAY;
/** A request sent again within this gets its first answer, as clients of such keys expect. Machine time. */
const ANSWERS_MS = 2 * DAY;
/** The log of looks: twelve months at least (Amazon's data protection policy), and one more. The product's time. */
const LOOKS_MS = 396 * DAY;

/** Longer than a queue keeps a message: what it could deliver once more is still known. The product's time. */
const NOTIFICATIONS_MS = 15 * DAY;

/** Calls to token endpoints are of use while their session or their token may still be refused. The product's time. */
const INTENTS_MS = 400 * DAY;

/** A step of the watch: sweeps at first and then once an hour, and gives how much it forgot. */
export function sweepWhenDue(shop: Shop): () => Promise<number> {
  let last = -Infinity;
  return async () => {
    if (performance.now() - last < EVERY_MS) return 0;
    last = performance.now();
    return sweep(shop);
  };
}

/** Two processes that sweep at once do no harm. */
async function sweep(shop: Shop): Promise<number> {
  const { db } = shop.db;
  const states = await forgetStates(db, { before: shop.now() - STATES_MS });
  // Keys are dated by the machine's clock, because a moved clock must not make a running request look lost.
  const answers = await forgetIdempotent(db, { before: Date.now() - ANSWERS_MS });
  const handOffs = await forgetHandOffs(db, { before: shop.now() - HAND_OFFS_MS });
  const looks = await forgetLooks(db, { before: shop.now() - LOOKS_MS });
  const notifications = await forgetNotifications(db, { before: shop.now() - NOTIFICATIONS_MS });
  const intents = await forgetIntents(db, { before: shop.now() - INTENTS_MS });
  await forgetSecrets(db);
  return intents + states + answers + handOffs + looks + notifications;
}
