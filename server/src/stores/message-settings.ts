/** Reading and changing how an account is told. */
import { Fault, type FaultField } from '../core/fault.ts';
import { isTimeZone } from '../core/local-time.ts';
import { digestIsQuiet, nextDigest, quietHoursFor, type MessageSettings } from '../core/message-settings.ts';
import { afterQuiet, LONGEST_QUIET_MINUTES, quietMinutes } from '../core/quiet-hours.ts';
import { appendAudit } from '../db/audit.ts';
import { newId } from '../db/ids.ts';
import { lockMessageSettings, readMessageSettings, saveMessageSettings } from '../db/message-settings.ts';
import type { Tx } from '../db/open.ts';
import { cancelForAccount, enqueue } from '../db/outbox.ts';
import { listStores } from '../db/stores.ts';
import type { MessageSettingsAnswer, MessageSettingsBody, NextMessages } from '../http/contract/messages.ts';
import { instant, instantOrNull } from './present.ts';
import type { Shop } from './shop.ts';

type Account = { accountId: string };

export async function readMessages(shop: Shop, who: Account): Promise<MessageSettingsAnswer> {
  return answerOf(shop, { ...who, settings: await readMessageSettings(shop.db.db, who) });
}

/** What would follow from these settings; keeps nothing. Throws Fault `invalid-fields`. */
export async function previewMessages(shop: Shop, { accountId, body }: Changing): Promise<NextMessages> {
  const settings = fromBody(body);
  refuseUnfit(settings);
  return nextOf(shop, { accountId, settings });
}

type Changing = Account & { body: MessageSettingsBody };

/** Keeps them, and queues the next digest, or none. What waits already leaves by the new settings. Throws Fault `invalid-fields`. */
export async function changeMessages(shop: Shop, { accountId, body }: Changing): Promise<MessageSettingsAnswer> {
  const settings = fromBody(body);
  refuseUnfit(settings);
  const now = shop.now();
  await shop.db.transaction(async (tx) => {
    const before = await lockMessageSettings(tx, { accountId, now });
    // A digest that begins now tells what is repaired from now on.
    const digestToldAt = settings.digest === 'off' ? null : (before.digestToldAt ?? now);
    await saveMessageSettings(tx, { accountId, settings: { ...settings, digestToldAt }, now });
    await cancelForAccount(tx, { accountId, topic: 'digest', now });
    await queueDigest(shop, { tx, accountId, settings, now });
    await appendAudit(tx, { accountId, kind: 'settings.changed', at: now, details: { what: 'messages' } });
  });
  return answerOf(shop, { accountId, settings });
}

type Queueing = Account & { tx: Tx; settings: MessageSettings; now: number };

async function queueDigest(shop: Shop, { tx, accountId, settings, now }: Queueing): Promise<void> {
  const at = nextDigest(settings, now);
  if (at === null || settings.digestEmail === null) return;
  const nothing = { stores: [], left: 0 };
  await enqueue(tx, {
    id: newId('om'),
    accountId,
    storeId: null,
    kind: 'email',
    topic: 'digest',
    dedupeKey: `${accountId}:digest:${at}`,
    recipient: settings.digestEmail,
    payload: {
      topic: 'digest',
      link: `${shop.publicUrl}/stores`,
      broken: nothing,
      expiring: nothing,
      held: nothing,
      repaired: nothing,
      away: 0,
    },
    nextAt: at,
    createdAt: now,
  });
}

function refuseUnfit(settings: MessageSettings): void {
  const { zone, digest, digestEmail } = settings;
  const errors: FaultField[] = [];
  if (zone !== null && !isTimeZone(zone)) {
    errors.push({
      field: 'time_zone',
      code: 'unknown',
      message: 'This time zone is not known. Choose one such as Europe/Berlin.',
    });
  }
  if (quietMinutes({ from: settings.quietFrom, to: settings.quietTo }) > LONGEST_QUIET_MINUTES) {
    errors.push({
      field: 'quiet_to',
      code: 'too_long',
      message: 'Quiet hours may last 16 hours at most. Choose an earlier end or a later beginning.',
    });
  }
  if (digestIsQuiet(settings)) {
    errors.push({
      field: 'digest_hour',
      code: 'quiet',
      message: 'This hour lies in the quiet hours. Choose one outside of them.',
    });
  }
  if (digest !== 'off' && zone === null) {
    errors.push({
      field: 'time_zone',
      code: 'missing',
      message: 'A digest leaves by one clock. Choose the time zone in which it is read.',
    });
  }
  if (digest !== 'off' && digestEmail === null) {
    errors.push({ field: 'digest_email', code: 'missing', message: 'A digest needs an address to go to.' });
  }
  if (errors.length > 0) throw new Fault('invalid-fields', { errors });
}

type Kept = Account & { settings: MessageSettings };

async function answerOf(shop: Shop, kept: Kept): Promise<MessageSettingsAnswer> {
  return { settings: toBody(kept.settings), next: await nextOf(shop, kept) };
}

/** Where every store goes by its own clock, that of the oldest one stands for them. */
async function nextOf(shop: Shop, { accountId, settings }: Kept): Promise<NextMessages> {
  const now = shop.now();
  const { rows } = await listStores(shop.db.db, { accountId, limit: 1 });
  const hours = quietHoursFor(settings, rows[0]?.site ?? null);
  return {
    single_at: instant(afterQuiet(now, hours)),
    digest_at: instantOrNull(nextDigest(settings, now)),
    time_zone: hours.zone,
  };
}

function toBody(settings: MessageSettings): MessageSettingsBody {
  return {
    time_zone: settings.zone,
    quiet_from: settings.quietFrom,
    quiet_to: settings.quietTo,
    weekends_off: settings.weekendsOff,
    weekly_cap: settings.weeklyCap,
    second_email: settings.secondEmail,
    digest: settings.digest,
    digest_hour: settings.digestHour,
    digest_email: settings.digestEmail,
    urgent_too: settings.urgentToo,
  };
}

function fromBody(body: MessageSettingsBody): MessageSettings {
  return {
    zone: body.time_zone,
    quietFrom: body.quiet_from,
    quietTo: body.quiet_to,
    weekendsOff: body.weekends_off,
    weeklyCap: body.weekly_cap,
    secondEmail: body.second_email,
    digest: body.digest,
    digestHour: body.digest_hour,
    digestEmail: body.digest_email,
    urgentToo: body.urgent_too,
  };
}
