/** A check that could not be made: counted like any other look, so that no store stays green that nobody can see. */
import type { StoreCredentials } from '../core/access.ts';
import { nextLook } from '../core/cadence.ts';
import { Fault } from '../core/fault.ts';
import type { Observation } from '../core/observation.ts';
import { readCredential, type CredentialState } from '../db/credentials.ts';
import { newId } from '../db/ids.ts';
import { postponeHeld } from '../db/leases.ts';
import { DatabaseProblem } from '../db/problem.ts';
import { noteUncheckable, type StoreRow } from '../db/stores.ts';
import { noteFault } from './app-incidents.ts';
import { settleLook } from './settle.ts';
import type { Shop } from './shop.ts';

/** The store has no credential that belongs to its row, or it does not open. */
export class CredentialProblem extends Error {
  override readonly name = 'CredentialProblem';
}

/** The store's credential, or CredentialProblem where the sealed value does not open. */
export async function openCredential(
  shop: Shop,
  { id, state }: { id: string; state: CredentialState },
): Promise<StoreCredentials | null> {
  try {
    return await readCredential({ db: shop.db.db, vault: shop.vault }, { storeId: id, state });
  } catch (error) {
    throw error instanceof DatabaseProblem ? new CredentialProblem(error.message) : error;
  }
}

/** A connect that ended with an error of ours is tried again after this. Milliseconds. */
const CONNECT_AGAIN_MS = 60_000;

type Reason = { code: 'credential' | 'settings' | 'program'; message: string };

/** What the observation says. Words of an unexpected error stay in the log: they may hold anything. */
export function reasonOf(error: unknown): Reason {
  if (error instanceof CredentialProblem) return { code: 'credential', message: error.message };
  if (error instanceof Fault && error.code === 'app-not-configured')
    return { code: 'settings', message: error.message };
  const name = error instanceof Error ? error.name : 'error';
  return {
    code: 'program',
    message: `The check ended with an error of Storekeeper (${name}). The log has the details.`,
  };
}

/** Notes that the look could not be made. Null when the look no longer counts: its lease or its credentials are gone. */
export async function noteCannotLook(shop: Shop, row: StoreRow, error: unknown): Promise<StoreRow | null> {
  rethrowOutage(error);
  const reason = reasonOf(error);
  logReason(shop, row, error);
  try {
    return await settleLook(shop, {
      storeId: row.id,
      credentialVersion: row.credentialVersion,
      observations: [observationOf(shop, row, reason)],
      weather: await shop.crowd.weather(row.cohort, row.id),
      deniedElsewhere: [],
      leaseOwner: row.leaseOwner,
    });
  } catch (second) {
    logReason(shop, row, second);
    await noteBlind(shop, row);
    return null;
  }
}

/** A connect that could not be continued is tried again later, and the operator is told why it does not end. */
export async function noteCannotFinish(shop: Shop, stuck: Stuck, error: unknown): Promise<void> {
  rethrowOutage(error);
  const { code } = reasonOf(error);
  const { id, owner, table, applicationId } = stuck;
  shop.log.error({ [table]: id, error: told(error) }, 'a connect could not be continued');
  const now = shop.now();
  const cause = code === 'credential' ? 'own.credential' : 'own.check';
  await shop.db.transaction(async (tx) => {
    const kept = await postponeHeld(tx, table, { id, owner, nextAt: now + CONNECT_AGAIN_MS });
    if (kept) await noteFault({ tx, cause, applicationId, seenAt: now, connecting: true });
  });
}

/** The row under whose lease it was tried. */
type Stuck = { table: 'store' | 'connect_session'; id: string; owner: string; applicationId: string };

/** A database that is away says nothing of one store. */
function rethrowOutage(error: unknown): void {
  if (error instanceof Fault && error.code === 'database-unavailable') throw error;
}

function observationOf(shop: Shop, row: StoreRow, { code, message }: Reason): Observation {
  return {
    id: newId('ob'),
    at: shop.now(),
    source: row.repair ? 'repair' : 'probe',
    rung: 'local',
    call: 'check',
    region: row.region,
    capability: null,
    answer: 'local_error',
    status: null,
    code,
    message,
    ms: 0,
    credentialVersion: row.credentialVersion,
    freshToken: false,
    facts: {},
  };
}

/** Not even the judgement could be made: the row says so and the operator is told, with nothing that could fail again. */
async function noteBlind(shop: Shop, row: StoreRow): Promise<void> {
  const now = shop.now();
  const failedLooks = row.failedLooks + 1;
  const twice = failedLooks >= 2;
  const nextAt = now + pauseAfter(shop, row, failedLooks);
  await shop.db.transaction(async (tx) => {
    const { id, leaseOwner: owner } = row;
    if (!(await noteUncheckable(tx, { id, owner: owner ?? '', now, nextAt, failedLooks, twice }))) return;
    if (twice) await noteFault({ tx, cause: 'own.check', applicationId: row.applicationId, seenAt: now });
  });
}

function pauseAfter(shop: Shop, { failingSince }: StoreRow, failedLooks: number): number {
  const before = { dueAt: null, failingSince };
  const common = { now: 0, intervalMs: shop.settings.probeIntervalMs, failingSince, failedLooks, repair: null };
  return nextLook({ ...common, verdict: 'checking', authorizedAt: null, before, roll: Math.random() }) ?? 0;
}

function logReason(shop: Shop, row: StoreRow, error: unknown): void {
  shop.log.error({ store: row.id, error: told(error) }, 'a store could not be checked');
}

function told(error: unknown) {
  return error instanceof Error ? { name: error.name, message: error.message, stack: error.stack } : String(error);
}
