/** What a consent code that brought no token means: whose fault it is, and whether the same code is worth asking with again. */
import type { Cause, Diagnosis } from '../core/diagnosis.ts';
import { appFaultCause, type Answer } from '../core/observation.ts';
import { Secret } from '../core/secret.ts';
import type { SessionRow } from '../db/sessions.ts';
import { readStore } from '../db/stores.ts';
import { askControl } from './control.ts';
import { plain } from './session-change.ts';
import { appOf, siteIn, type Shop } from './shop.ts';
import { callContext, type Subject } from './subject.ts';

/** `again`: the code may still be good; the cause counts when its time runs out first. */
export type CodeRefusal = { kind: 'again'; cause: Cause } | { kind: 'over'; diagnosis: Diagnosis };

/** `earlier`: the same code was sent before and no whole answer came back. */
type Refused = { answer: Answer; earlier: boolean };

export async function whyNoToken(shop: Shop, row: SessionRow, { answer, earlier }: Refused): Promise<CodeRefusal> {
  switch (answer) {
    case 'app_refused':
    case 'app_secret_expired':
      return { kind: 'over', diagnosis: plain('app.secret_expired') };
    case 'wrong_app':
      return { kind: 'over', diagnosis: plain('app.mismatch') };
    case 'throttled':
      return { kind: 'again', cause: 'mkt.throttle' };
    case 'no_answer':
      return { kind: 'again', cause: (await isOurNetwork(shop, row)) ? 'own.network' : 'mkt.outage' };
    case 'marketplace_error':
    case 'garbled':
      return { kind: 'again', cause: 'mkt.outage' };
    case 'unknown':
      return { kind: 'again', cause: 'unknown' };
    case 'app_key_unknown':
    case 'app_secret_wrong':
      return { kind: 'over', diagnosis: plain(appFaultCause(answer) ?? 'app.mismatch') };
    case 'clock_refused':
      return { kind: 'again', cause: 'own.clock' };
    case 'local_error':
      return { kind: 'again', cause: 'own.check' };
    case 'code_refused':
      return { kind: 'over', diagnosis: earlier ? LOST : REFUSED };
    case 'grant_refused':
    case 'token_unknown':
    case 'denied':
    case 'refusal_for_all':
    case 'pair_refused':
    case 'section_denied':
    case 'access_denied':
    case 'not_eligible':
    case 'site_refused':
    case 'ok':
    case 'token_stale':
    case 'bad_request':
      return (await everybodyIsRefused(shop, row))
        ? { kind: 'again', cause: 'mkt.auth_incident' }
        : { kind: 'over', diagnosis: earlier ? LOST : REFUSED };
  }
}

/** The journal shows that the code was sent before: the token that it brought was lost on our side. */
const LOST: Diagnosis = plain('own.interrupted');

/**
 * Used up already by a process of ours that died or by an answer that never reached us, or too old by now: one answer for
 * all of them, and for what the marketplace itself may have against the code.
 */
const REFUSED: Diagnosis = {
  ...plain('own.interrupted'),
  confidence: 'low',
  likely: [
    {
      cause: 'own.interrupted',
      reason: 'A confirmation counts once and for minutes only: it was used before, or too old.',
    },
    { cause: 'app.redirect_mismatch', reason: 'Our address may be another one than the marketplace has on file.' },
    { cause: 'app.mismatch', reason: 'The confirmation may have been for another app than the one that asked.' },
    { cause: 'store.closed', reason: 'A closed account can confirm, and then opens nothing.' },
  ],
};

async function isOurNetwork(shop: Shop, row: SessionRow): Promise<boolean> {
  const { answer } = await shop.connector(row.marketplace).askSelf(callContext(shop));
  return answer === 'no_answer';
}

async function everybodyIsRefused(shop: Shop, row: SessionRow): Promise<boolean> {
  const store = row.storeId === null ? null : await readStore(shop.db.db, { id: row.storeId });
  if (!store) return false;
  const subject: Subject = {
    accountId: store.accountId,
    storeId: store.id,
    cohort: store.cohort,
    site: siteIn(shop, store),
    sellerId: row.arrivedSellerId,
    app: appOf(shop, store),
    connector: shop.connector(row.marketplace),
    // Nothing is asked with them: a control is somebody else's.
    credentials: { version: store.credentialVersion, grantToken: new Secret('') },
  };
  return (await askControl(shop, subject)).answer !== 'ok';
}
