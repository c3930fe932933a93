/**
 * The only way to the token endpoint with a lasting token. A marketplace may answer with another one: it is kept before
 * the access token beside it is used, on every path. Where a marketplace is known to do so the call is journalled.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connector, GrantAnswer } from '../connectors/connector.ts';
import type { App } from '../core/access.ts';
import type { Secret } from '../core/secret.ts';
import { keepControlToken, readControlToken, type OwnStore } from '../db/control-tokens.ts';
import { lockCredential, replaceToken } from '../db/credentials.ts';
import { differencesOf } from '../db/dialect.ts';
import type { Tx } from '../db/open.ts';
import { noteReplacing, replacesTokens } from '../db/replacing-apps.ts';
import { lockStore, saveStore } from '../db/stores.ts';
import { endIntent, endIntents, openRefreshIntents, type TokenIntent } from '../db/token-intents.ts';
import type { SpoolEntry } from '../db/token-spool.ts';
import { outcomeOf } from './exchange.ts';
import type { Shop } from './shop.ts';
import { callContext } from './subject.ts';
import {
  attemptAfterwards,
  beginAttempt,
  endAttempt,
  fingerprintOf,
  holdToken,
  noteInLedger,
  openEntry,
  savePatiently,
  type Attempt,
} from './token-journal.ts';

/** Whose token is sent. */
export type Holder = { accountId: string; storeId: string; version: number };
export type Refreshing = { connector: Connector; app: App; holder: Holder; grantToken: Secret };

/** A refresh of the same token that began earlier than this belongs to a process that died. Machine time, milliseconds. */
const DIED_MS = 60_000;
/** So long another process's refresh of the same token is waited for. Machine time, milliseconds. */
const PATIENCE_MS = 30_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;
/** How long "its tokens are not replaced" is believed without asking the database again. Machine time, milliseconds. */
const BELIEVED_MS = 10_000;

/** Asks for an access token. `grantToken` is the token to go on with, where it is not the one that was handed in. */
export async function refreshGrant(shop: Shop, refreshing: Refreshing): Promise<GrantAnswer> {
  const { app, grantToken, holder } = refreshing;
  if (await isReplaced(shop, app.applicationId)) return refreshJournalled(shop, refreshing);
  const answered = await ask(shop, refreshing, grantToken);
  if (!answered.grantToken) return answered;
  // The first token of this app that was ever replaced: nothing called for an intent before.
  const attempt = await attemptAfterwards(shop, intentOf(holder));
  await keep(shop, refreshing, await holdToken(shop, attempt, { token: answered.grantToken, sent: grantToken }));
  return answered;
}

async function isReplaced({ db, journal }: Shop, applicationId: string): Promise<boolean> {
  const known = journal.replacing.get(applicationId);
  if (known && (known.replaced || Date.now() - known.at < BELIEVED_MS)) return known.replaced;
  const replaced = await replacesTokens(db.db, applicationId);
  journal.replacing.set(applicationId, { replaced, at: Date.now() });
  return replaced;
}

function ask(shop: Shop, { connector, app }: Refreshing, grantToken: Secret): Promise<GrantAnswer> {
  const { grant } = connector;
  if (grant.kind === 'direct') throw new TypeError(`${connector.label} has no token endpoint.`);
  return grant.refresh({ app, grantToken }, callContext(shop));
}

function intentOf({ accountId, storeId, version }: Holder) {
  return { accountId, storeId, version, kind: 'refresh' as const, sessionId: null };
}

/** One at a time for each token across processes, with the token that is in the database now. */
async function refreshJournalled(shop: Shop, refreshing: Refreshing): Promise<GrantAnswer> {
  const { holder, grantToken } = refreshing;
  const attempt = await beginAlone(shop, holder);
  const kept = await shop.db.transaction((tx) => lockCredential({ db: tx, vault: shop.vault }, holder));
  const sent = kept?.grantToken ?? grantToken;
  const answered = await ask(shop, refreshing, sent);
  if (answered.grantToken) {
    await keep(shop, refreshing, await holdToken(shop, attempt, { token: answered.grantToken, sent }));
    return answered;
  }
  await endWithout(shop, attempt, answered);
  return sent.reveal() === grantToken.reveal() ? answered : { ...answered, grantToken: sent };
}

class Busy extends Error {}

async function beginAlone(shop: Shop, holder: Holder): Promise<Attempt> {
  const until = Date.now() + PATIENCE_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await beginAttempt(shop, { ...intentOf(holder), check: (tx) => refuseSecond(shop, tx, holder) });
    } catch (error) {
      const taken = error instanceof Busy || differencesOf(shop.db.db).isUniqueViolation(error);
      if (!taken || Date.now() > until) throw error;
    }
    await sleep(pause);
  }
}

/** An intent of a process that died stays as what it is: a call without an answer. */
async function refuseSecond(shop: Shop, tx: Tx, holder: Holder): Promise<void> {
  const open = (await openRefreshIntents(tx, holder)).filter(({ outcome }) => outcome === null);
  if (open.some(({ sentAt }) => sentAt > Date.now() - DIED_MS)) throw new Busy('This token is being refreshed.');
  await endIntents(tx, { ids: open.map(({ id }) => id), outcome: 'unanswered', at: shop.now() });
}

/** No other token came: the old one is still good, or refused, or nobody knows. */
async function endWithout(shop: Shop, attempt: Attempt, { access, finding }: GrantAnswer): Promise<void> {
  const { answer } = finding;
  await endAttempt(shop, attempt, access ? 'kept' : outcomeOf(answer));
  if (!access && answer !== 'grant_refused' && answer !== 'token_unknown') return;
  const { storeId, version } = attempt.intent;
  await shop.db.transaction(async (tx) => {
    const open = (await openRefreshIntents(tx, { storeId, version })).filter(({ outcome }) => outcome !== null);
    const ids = open.map(({ id }) => id);
    await endIntents(tx, { ids, outcome: access ? 'kept' : 'lost', at: shop.now() });
    if (!access && open[0]) await noteLost(tx, open[0]);
  });
}

async function noteLost(tx: Tx, { storeId, version, begunAt }: TokenIntent): Promise<void> {
  const store = await lockStore(tx, storeId);
  if (store?.phase !== 'live' || store.credentialVersion !== version) return;
  await saveStore(tx, { ...store, lost: { at: begunAt, how: 'refresh' } });
}

/** The database may be away: the token is on the disk by now, and is saved later where it takes too long. */
async function keep(shop: Shop, { app }: Refreshing, entry: SpoolEntry): Promise<void> {
  const { applicationId } = app;
  const save = () =>
    shop.db.transaction(async (tx) => {
      await noteReplacing(tx, applicationId);
      await keepReplacedToken(shop, tx, entry);
    });
  await savePatiently(shop, entry, save);
  shop.journal.replacing.set(applicationId, { replaced: true, at: Date.now() });
  const { storeId, version, at } = entry;
  await noteInLedger(shop, { storeId, version, replacedAt: at, at });
}

/** Saves a token in the place of the one that it replaces. What is newer stays. */
export async function keepReplacedToken(shop: Shop, tx: Tx, entry: SpoolEntry): Promise<void> {
  await endIntent(tx, { id: entry.id, outcome: 'kept', at: shop.now() });
  const sealedIn = { db: tx, vault: shop.vault };
  const kept = await lockCredential(sealedIn, entry);
  if (!kept) return;
  const token = openEntry(shop.vault, entry);
  const isNext = fingerprintOf(kept.grantToken) === entry.sent;
  const isNewer = Math.max(kept.createdAt, kept.replacedAt ?? 0) <= entry.at;
  if (kept.grantToken.reveal() === token.reveal() || !(isNext || isNewer)) return;
  await replaceToken(sealedIn, { ...entry, token, at: entry.at });
}

type Own = { connector: Connector; app: App; region: string; grantToken: Secret };

/** With the token of the operator's own store. The one in the apps file is sent until the marketplace replaces it. */
export async function refreshOwnGrant(shop: Shop, { connector, app, region, grantToken }: Own): Promise<GrantAnswer> {
  const { applicationId } = app;
  const own: OwnStore = { applicationId, region, origin: fingerprintOf(grantToken) };
  const sent = (await readControlToken({ db: shop.db.db, vault: shop.vault }, own)) ?? grantToken;
  const about = { accountId: '', storeId: `${applicationId}|${region}`, version: 0 };
  const answered = await ask(shop, { connector, app, holder: about, grantToken }, sent);
  if (!answered.grantToken) return answered;
  const attempt = await attemptAfterwards(shop, { ...about, kind: 'control', sessionId: null });
  const entry = await holdToken(shop, attempt, { token: answered.grantToken, sent: grantToken });
  await savePatiently(shop, entry, () => shop.db.transaction((tx) => keepOwnToken(shop, tx, entry)));
  return answered;
}

export async function keepOwnToken(shop: Shop, tx: Tx, entry: SpoolEntry): Promise<void> {
  const [applicationId = '', region = ''] = entry.storeId.split('|');
  const own: OwnStore = { applicationId, region, origin: entry.sent ?? '' };
  await keepControlToken({ db: tx, vault: shop.vault }, { own, token: openEntry(shop.vault, entry), at: entry.at });
}
