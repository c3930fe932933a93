/** What must hold after every step, whatever happens. What does not hold is written down with the instant at which it was seen. */
import { TELLING_VERDICTS, type Verdict } from '../../server/src/core/connection.ts';
import type { Alarm } from '../../server/src/core/lifecycle.ts';
import type { OpenDatabase } from '../../server/src/db/open.ts';
import type { StoreTable } from '../../server/src/db/schema.ts';
import { readCredential } from '../../server/src/db/credentials.ts';
import { readObservations } from '../../server/src/db/observations.ts';
import type { Vault } from '../../server/src/db/vault.ts';
import type { OutgoingMail } from '../../server/src/outbox/transport.ts';
import type { Call } from './network.ts';
import type { Ledger } from './ledger.ts';

const MINUTE = 60_000;
/** A question takes no longer than this, from the marketplace's deciding to our writing down of the answer. */
const QUESTION_MS = MINUTE;
/** From the first question with new credentials to their adoption, with weather and deaths in between. */
const PROVING_MS = 15 * MINUTE;

const COLUMNS = ['id', 'name', 'account_id', 'seller_id', 'phase', 'verdict', 'cause', 'alarm', 'version'] as const;
const TOLD: ReadonlySet<string> = new Set<Verdict>([...TELLING_VERDICTS, 'repairing']);
type Row = Pick<StoreTable, (typeof COLUMNS)[number]>;
type Kept = { token: string; since: number };

export type Safety = {
  /** Looks at what was written since the last time. */
  check: (tables: ReadonlySet<string>) => Promise<void>;
  callLeft: (call: Call) => void;
  callOver: (call: Call) => void;
  mailLeaves: (mail: OutgoingMail) => Promise<void>;
  /** Stores whose permission opens nothing now, whatever their rows say. */
  lost: () => string[];
  /** Somebody died: what they had in the air may go out again. */
  someoneDied: () => void;
};

type Setting = {
  database: OpenDatabase;
  vault: Vault;
  ledger: Ledger;
  now: () => number;
  /** So long a loss may stay unnoticed. */
  noticedWithinMs: number;
  wrong: (what: string) => void;
};

export function watchSafety({ database, vault, ledger, now, noticedWithinMs, wrong }: Setting): Safety {
  const { db } = database;
  const seen = new Map<string, Row>();
  const kept = new Map<string, Kept>();
  const lostSince = new Map<string, number>();

  async function check(tables: ReadonlySet<string>): Promise<void> {
    if (!tables.has('store') && !tables.has('credential')) return;
    const rows = await db.selectFrom('store').select(COLUMNS).execute();
    for (const id of seen.keys()) if (!rows.some((row) => row.id === id)) forget(id);
    for (const row of rows) {
      await checkRow(row, tables);
      seen.set(row.id, row);
    }
  }

  async function checkRow(row: Row, tables: ReadonlySet<string>): Promise<void> {
    const before = seen.get(row.id);
    checkBinding(row, before);
    // What was sealed for a store that was removed is forgotten.
    if (row.phase === 'closed') kept.delete(row.id);
    if (row.phase === 'live' && tables.has('credential')) await checkToken(row);
    const changed = before?.version !== row.version || before.verdict !== row.verdict;
    if (changed && TOLD.has(row.verdict)) await checkTold(row);
    checkNoticed(row);
  }

  /** Nobody's store becomes another account's or another seller's. */
  function checkBinding({ name, account_id, seller_id, phase }: Row, before: Row | undefined): void {
    if (!before) return;
    if (before.account_id !== account_id) wrong(`${name} went from ${before.account_id} to ${account_id}`);
    if (phase === 'live' && before.seller_id !== null && before.seller_id !== seller_id)
      wrong(`${name} went from seller ${before.seller_id} to ${seller_id}`);
  }

  /** Whoever is told something is told by an alarm, which rests on answers that are there and were given in a real trouble. */
  async function checkTold(row: Row): Promise<void> {
    const { id, name, verdict, cause, seller_id } = row;
    const blame = (why: string): void => wrong(`${name} is ${verdict}, ${cause}, ${why}`);
    if (seller_id !== null && ledger.isUntouched(seller_id)) blame('and nothing ever happened to it');
    const { evidence } = row.alarm === null ? { evidence: [] } : (JSON.parse(row.alarm) as Alarm);
    const found = await readObservations(db, { ids: evidence, storeId: id });
    // Earlier answers may be an incident's: the last one is the store's own.
    const last = found.findLast(({ rung }) => rung !== 'control');
    if (!last || found.length !== evidence.length) return blame('without evidence');
    const token = kept.get(id)?.token;
    const span = { from: last.at - QUESTION_MS, to: last.at };
    if (token !== undefined && !ledger.failedBetween(token, span))
      blame(`by ${last.call} ${last.answer} at ${new Date(last.at).toISOString()}, when all was well`);
  }

  /** What is sealed is the seller's own, was proven, and is never followed by an older one that is dead. */
  async function checkToken({ id, name, seller_id }: Row): Promise<void> {
    const credential = await readCredential({ db, vault }, { storeId: id, state: 'current' });
    if (!credential) return wrong(`${name} is live and has no credentials`);
    const token = credential.grantToken.reveal();
    const before = kept.get(id);
    if (before?.token === token) return;
    kept.set(id, { token, since: now() });
    const owner = ledger.ownerOf(token);
    if (seller_id !== null && owner !== seller_id) wrong(`${name} of ${seller_id} has the token of ${owner}`);
    if (before && !ledger.workedBetween(token, { from: now() - PROVING_MS, to: now() }))
      wrong(`${name} has a token now that opened nothing lately`);
  }

  /** The last token that was issued, or one that still opens; else somebody has been told, or will be within one interval. */
  function checkNoticed({ id, name, phase, verdict, cause }: Row): void {
    const token = kept.get(id)?.token;
    const lost = token !== undefined && !ledger.workedBetween(token, { from: now(), to: now() });
    const unnoticed = phase === 'live' && lost && (verdict === 'connected' || verdict === 'expiring');
    if (!unnoticed) return void lostSince.delete(id);
    const since = lostSince.get(id) ?? now();
    lostSince.set(id, since);
    if (now() - since <= noticedWithinMs) return;
    wrong(`${name} has been lost since ${new Date(since).toISOString()} and is ${verdict}, ${cause}`);
    lostSince.set(id, Infinity);
  }

  function forget(id: string): void {
    seen.delete(id);
    kept.delete(id);
    lostSince.delete(id);
  }

  function lost(): string[] {
    const dead = [...kept].filter(([, { token }]) => ledger.failedBetween(token, { from: now(), to: now() }));
    return dead.map(([id]) => `${seen.get(id)?.name} is lost at the marketplace`);
  }

  return { check, lost, ...watchCalls(wrong), ...watchMails({ db, now, wrong }) };
}

/** One refresh in flight for one permission; whoever is asked for a neighbour's sake is counted apart. */
function watchCalls(wrong: Setting['wrong']): Pick<Safety, 'callLeft' | 'callOver'> {
  const inFlight = new Map<string, Call>();
  const refreshOf = ({ body, forNeighbour }: Call): string | null => {
    const asked = new URLSearchParams(body);
    const token = asked.get('grant_type') === 'refresh_token' && !forNeighbour ? asked.get('refresh_token') : null;
    return token;
  };
  return {
    callLeft(call) {
      const token = refreshOf(call);
      if (token === null) return;
      const other = inFlight.get(token);
      if (other)
        wrong(`two refreshes of ${token.slice(0, 40)} in flight: of ${other.life.name} and of ${call.life.name}`);
      inFlight.set(token, call);
    },
    callOver(call) {
      const token = refreshOf(call);
      if (token !== null && inFlight.get(token) === call) inFlight.delete(token);
    },
  };
}

type WatchingMails = Pick<Setting, 'now' | 'wrong'> & { db: OpenDatabase['db'] };

/** One message for one change: none twice (but for a death between sending and noting it), none after its time. */
function watchMails({ db, now, wrong }: WatchingMails): Pick<Safety, 'mailLeaves' | 'someoneDied'> {
  const sent = new Map<string, { id: string; deaths: number }>();
  let deaths = 0;

  function checkOnce({ id, dedupe_key }: { id: string; dedupe_key: string }, blame: (why: string) => void): void {
    const before = sent.get(dedupe_key);
    if (before && (before.id !== id || before.deaths === deaths)) blame(`left twice (${dedupe_key})`);
    sent.set(dedupe_key, { id, deaths });
  }

  type About = { store_id: string; account_id: string; topic: string };
  async function checkStore({ store_id, account_id, topic }: About, blame: (why: string) => void): Promise<void> {
    const query = db.selectFrom('store').select(['name', 'account_id', 'verdict', 'since']).where('id', '=', store_id);
    const store = await query.executeTakeFirst();
    if (!store) return blame('left about a store that is gone');
    if (store.account_id !== account_id) blame('left to another account');
    if (topic !== 'reminder' && store.verdict === 'connected' && store.since < now())
      blame(`left after ${store.name} was green again`);
  }

  return {
    someoneDied() {
      deaths += 1;
    },
    async mailLeaves({ id, subject }) {
      const blame = (why: string): void => wrong(`the mail "${subject}" ${why}`);
      const row = await db.selectFrom('outbox').selectAll().where('id', '=', id).executeTakeFirst();
      if (!row) return blame('left and nobody had queued it');
      checkOnce(row, blame);
      if (row.cancelled_at !== null && row.cancelled_at < now()) blame('left after it was cancelled');
      const { store_id } = row;
      if (store_id !== null) await checkStore({ ...row, store_id }, blame);
    },
  };
}

/** At the end: whatever belongs to a store belongs to its account. */
export async function auditAccounts({ db }: OpenDatabase, wrong: (what: string) => void): Promise<void> {
  const stores = await db.selectFrom('store').select(['id', 'account_id']).execute();
  const accounts = new Map<string | null, string>(stores.map(({ id, account_id }) => [id, account_id]));
  for (const table of ['credential', 'observation', 'event', 'outbox', 'connect_session'] as const) {
    const rows = await db.selectFrom(table).select(['store_id', 'account_id']).execute();
    const foreign = rows.filter((row) => (accounts.get(row.store_id) ?? row.account_id) !== row.account_id);
    if (foreign.length > 0) wrong(`${foreign.length} rows of ${table} belong to another account than their store`);
  }
}
