/** Rows for tests: a healthy store and what belongs to it; every test says only what is special about its own. */
import { randomBytes } from 'node:crypto';
import type { Observation } from '../core/observation.ts';
import type { RecordedLook } from '../core/recorded-look.ts';
import type { HandOffRow } from './hand-offs.ts';
import { newId, randomToken, hashToken } from './ids.ts';
import type { VaultKey } from './keys.ts';
import { parseKey } from './keys.ts';
import type { NewMessage } from './outbox.ts';
import type { SessionRow } from './sessions.ts';
import type { StoreRow } from './stores.ts';
import { openVault, type Vault } from './vault.ts';

export const NOON = Date.UTC(2026, 10, 23, 12);

const SITES: StoreRow['sites'] = [
  {
    site: 'amazon.com',
    marketplaceId: 'ATVPDKIKX0DER',
    storeName: 'Blue Bird',
    participating: true,
    listingsSuspended: false,
  },
];

export function aStore(special: Partial<StoreRow> = {}): StoreRow {
  return {
    accountId: 'ac_blue',
    id: newId('st'),
    marketplace: 'amazon',
    applicationId: 'amzn1.sellerapps.app.x',
    cohort: 'amazon:amzn1.sellerapps.app.x:na',
    region: 'na',
    site: 'amazon.com',
    name: 'Blue Bird',
    email: 'owner@bluebird.test',
    secondEmail: null,
    currency: 'USD',
    receivingAccount: null,
    sellerId: `A${randomBytes(6).toString('hex').toUpperCase()}`,
    claimedSellerId: null,
    sellerProvenAt: NOON,
    supersededAt: null,
    sites: SITES,
    phase: 'live',
    verdict: 'connected',
    cause: null,
    judgement: null,
    since: NOON,
    version: 1,
    credentialVersion: 1,
    authorizedAt: NOON,
    authorizedBy: 'consent',
    firstOkAt: NOON,
    lastOkAt: NOON,
    lastLookAt: NOON,
    failingSince: null,
    failedLooks: 0,
    everOk: ['participations', 'payouts'],
    rowsSeen: [],
    alarm: null,
    repair: null,
    absence: null,
    lost: null,
    nextAt: NOON,
    leaseOwner: null,
    leaseUntil: null,
    attempt: 0,
    createdAt: NOON,
    closedAt: null,
    ...special,
  };
}

export function anObservation(special: Partial<Observation> = {}): Observation {
  return {
    id: newId('ob'),
    at: NOON,
    source: 'probe',
    rung: 'grant',
    call: 'token',
    region: 'na',
    capability: null,
    answer: 'ok',
    status: 200,
    code: null,
    message: null,
    ms: 12,
    credentialVersion: 1,
    freshToken: true,
    facts: {},
    ...special,
  };
}

/** A look of a store whose permission was refused for the first time. */
export function aLook(special: Partial<RecordedLook> = {}): RecordedLook {
  const store = aStore();
  const refused = anObservation({ answer: 'grant_refused', status: 400, code: 'invalid_grant' });
  return {
    kind: 'look',
    now: NOON,
    cohort: store.cohort,
    hasAddress: true,
    byHand: false,
    before: { verdict: 'connected', cause: null, since: NOON - 1 },
    facts: {
      phase: 'live',
      label: 'Amazon',
      sellerId: store.sellerId,
      credentialVersion: 1,
      authorizedAt: NOON - 1,
      authorizedBy: 'consent',
      firstOkAt: NOON - 1,
      lastOkAt: NOON - 1,
      everOk: store.everOk,
      rowsSeen: [],
      sites: store.sites,
      alarm: null,
      repair: null,
      deniedElsewhere: [],
      regionCorrected: false,
    },
    weather: {
      control: { lastOkAt: NOON, lastOkVia: 'store', lastRefusedAt: null, clearSince: null },
      app: { cause: null, since: null },
      share: { active: 100, failing: 1 },
    },
    observations: [refused],
    outcome: {
      verdict: 'checking',
      cause: null,
      since: NOON,
      alarm: null,
      evidence: [refused.id],
      kept: true,
      events: ['store.checking'],
      effects: [],
    },
    ...special,
  };
}

export function aSession(special: Partial<SessionRow> = {}): SessionRow {
  return {
    accountId: 'ac_blue',
    id: newId('cs'),
    kind: 'connect',
    tokenHash: hashToken(randomToken()),
    storeId: null,
    marketplace: 'amazon',
    site: 'amazon.com',
    fields: { name: 'Blue Bird', email: null, currency: null, receivingAccount: null },
    status: 'open',
    browserHash: null,
    codeSealed: null,
    codeKeyId: null,
    arrivedSellerId: null,
    mustName: false,
    forAll: false,
    steps: [],
    diagnosis: null,
    wrongStore: null,
    nextAt: null,
    leaseOwner: null,
    leaseUntil: null,
    attempt: 0,
    version: 1,
    createdAt: NOON,
    expiresAt: NOON + 3_600_000,
    endedAt: null,
    ...special,
  };
}

export function aHandOff(special: Partial<HandOffRow> = {}): HandOffRow {
  return {
    accountId: 'ac_blue',
    id: newId('ho'),
    storeId: 'st_1',
    sessionId: null,
    tokenHash: hashToken(randomToken()),
    language: 'de',
    recipient: null,
    sender: 'Mira Roe',
    accountName: 'Halden & Roe',
    needed: true,
    steps: [],
    openings: 0,
    lastOpenedAt: null,
    createdAt: NOON,
    expiresAt: NOON + 7 * 86_400_000,
    revokedAt: null,
    usedAt: null,
    ...special,
  };
}

export function aMessage(special: Partial<NewMessage> = {}): NewMessage {
  const storeId = special.storeId ?? 'st_1';
  return {
    id: newId('om'),
    accountId: 'ac_blue',
    storeId,
    kind: 'email',
    topic: 'reminder',
    dedupeKey: `${storeId}:${newId('om')}`,
    recipient: 'owner@bluebird.test',
    payload: { topic: 'operator', cause: 'unknown', sentence: 'x', link: 'http://127.0.0.1:4280/stores' },
    createdAt: NOON,
    nextAt: NOON,
    ...special,
  };
}

/** A random key in the form of the setting. */
export function aKey(): VaultKey {
  return parseKey(randomBytes(32).toString('base64'));
}

export function aVault(...keys: VaultKey[]): Vault {
  return openVault({ keys: keys.length > 0 ? keys : [aKey()] });
}
