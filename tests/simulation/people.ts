/** How people behave: in bad times as it comes into their heads, afterwards as the diagnosis asks them to. */
import type { StoreRow } from '../../server/src/db/stores.ts';
import type { Cause, Diagnosis } from '../../server/src/core/diagnosis.ts';
import { tokenOf } from '../support/worlds.ts';
import type { Dice } from './dice.ts';
import type { Machine } from './machine.ts';
import type { SellerCentral } from './market-people.ts';
import type { Citizen } from './town.ts';
import type { Visits } from './visits.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export type Named = Pick<Diagnosis, 'likely'> & { cause: Cause | null };

export type Surroundings = {
  machine: Machine;
  visits: Visits;
  sellerCentral: SellerCentral;
  citizens: readonly Citizen[];
  /** The newest store of this seller in its account that is not closed, as the page shows it. */
  storeOf: (citizen: Citizen) => Promise<StoreRow | null>;
  /** What the dialog says about the last try to connect or repair it, where that failed. */
  lastRefusal: (store: StoreRow) => Promise<Named | null>;
  lastToken: (citizen: Citizen) => string | null;
  tell: (what: string) => void;
  wrong: (what: string) => void;
};

const WHIMS = {
  'revokes at the marketplace': 2,
  'enables at the marketplace': 1,
  'authorizes again at the marketplace': 2,
  'is deactivated': 0.7,
  'sells nowhere': 0.7,
  'is fine again at the marketplace': 2,
  'goes the whole way': 3,
  'leaves half way': 1.5,
  'opens the dialog': 1,
  'comes back twice': 1,
  'comes back late': 0.7,
  'goes by two tabs': 0.7,
  'signs in to another store': 0.7,
  'gets a half-open permission': 0.7,
  'loses a role': 0.5,
  'types the right token': 0.7,
  "types another store's token": 0.5,
  'looks now': 1.5,
  'looks twice at once': 1,
  'tries a foreign store': 0.3,
};
type Whim = keyof typeof WHIMS;

/** One seller, until `until`: now and then something comes into their head. */
export async function liveByWhim(
  all: Surroundings,
  { citizen, dice, until }: { citizen: Citizen; dice: Dice; until: number },
): Promise<void> {
  for (;;) {
    await all.machine.sleep(Math.min(dice.wait(80 * MINUTE), until - all.machine.now()));
    if (all.machine.now() >= until) return;
    const whim = dice.weighted(WHIMS);
    all.tell(`${citizen.name} ${whim}`);
    const store = await all.storeOf(citizen);
    await follow({ ...all, citizen, dice, store }, whim);
  }
}

type Following = Surroundings & { citizen: Citizen; dice: Dice; store: StoreRow | null };

async function follow(all: Following, whim: Whim): Promise<unknown> {
  const { citizen, dice, store, sellerCentral, visits } = all;
  const storeId = store?.id ?? null;
  const other = dice.pick(all.citizens);
  switch (whim) {
    case 'revokes at the marketplace':
      return sellerCentral.disable(citizen);
    case 'enables at the marketplace':
      return visits.enable(citizen);
    case 'authorizes again at the marketplace':
      return visits.reauthorize(citizen);
    case 'is deactivated':
      return sellerCentral.account(citizen, 'DEACTIVATED');
    case 'sells nowhere':
      return sellerCentral.sells(citizen, false);
    case 'is fine again at the marketplace':
      return getFine(all, citizen);
    case 'goes the whole way':
      return visits.consent(citizen, storeId);
    case 'signs in to another store':
      return visits.consent(citizen, storeId, other);
    case 'types the right token':
      return visits.typeToken(citizen, storeId, all.lastToken(citizen) ?? tokenOf(citizen.n));
    case "types another store's token":
      return visits.typeToken(citizen, storeId, all.lastToken(other) ?? tokenOf(other.n));
    case 'gets a half-open permission':
      return goHalfOpen(all);
    case 'loses a role':
      return sellerCentral.dropRole(citizen);
    case 'looks now':
      return storeId && visits.probe(citizen, storeId);
    case 'looks twice at once':
      return storeId && Promise.all([visits.probe(citizen, storeId), visits.lookNow(citizen, storeId)]);
    case 'opens the dialog':
      return storeId && openAndClick(all, storeId);
    case 'tries a foreign store':
      return tryForeign(all, other);
    case 'leaves half way':
    case 'comes back twice':
    case 'comes back late':
    case 'goes by two tabs':
      return wander(all, whim);
  }
}

function getFine({ sellerCentral }: Surroundings, citizen: Citizen): void {
  sellerCentral.account(citizen, 'NORMAL');
  sellerCentral.sells(citizen, true);
}

async function openAndClick({ visits, citizen, dice, machine }: Following, storeId: string): Promise<void> {
  await visits.openDialog(citizen, storeId);
  await machine.sleep(dice.wait(20 * SECOND));
  if (dice.chance(0.5)) await visits.openSellerCentral(citizen, storeId);
  if (dice.chance(0.5)) await visits.lookNow(citizen, storeId);
}

/** Consent goes through and nothing opens: as the marketplace does it now and then. */
async function goHalfOpen({ visits, citizen, store, sellerCentral }: Following): Promise<void> {
  const sessionId = await visits.begin(citizen, store?.id ?? null);
  const address = sessionId && (await visits.leave(citizen, sessionId));
  const query = address ? sellerCentral.confirm(citizen, address) : null;
  sellerCentral.halfOpen(citizen);
  if (query) await visits.comeBack(citizen, query);
}

async function tryForeign({ visits, citizen, storeOf, wrong }: Following, other: Citizen): Promise<void> {
  const foreign = await storeOf(other);
  if (!foreign || foreign.accountId === citizen.accountId) return;
  for (const tried of [
    await visits.openDialog(citizen, foreign.id),
    await visits.probe(citizen, foreign.id),
    await visits.typeToken(citizen, foreign.id, tokenOf(citizen.n)),
  ])
    if (tried.kind === 'done') wrong(`${citizen.accountId} reached a store of ${foreign.accountId}`);
}

/** The trip to the consent page, gone otherwise than it was meant. */
async function wander({ visits, citizen, store, sellerCentral, dice, machine }: Following, whim: Whim): Promise<void> {
  const storeId = store?.id ?? null;
  const sessionId = await visits.begin(citizen, storeId);
  const address = sessionId && (await visits.leave(citizen, sessionId));
  if (!address || whim === 'leaves half way') return;
  const query = sellerCentral.confirm(citizen, address);
  if (!query) return;
  switch (whim) {
    case 'comes back twice':
      await Promise.all([visits.comeBack(citizen, query), visits.comeBack(citizen, query)]);
      return;
    case 'goes by two tabs': {
      const second = await visits.leave(citizen, sessionId);
      const again = second ? sellerCentral.confirm(citizen, second) : null;
      await Promise.all([visits.comeBack(citizen, query), ...(again ? [visits.comeBack(citizen, again)] : [])]);
      return;
    }
    default:
      await machine.sleep(dice.between(MINUTE, 20 * MINUTE));
      await visits.comeBack(citizen, query);
  }
}

/** A few minutes after seeing that something is asked of them they do it, and look again later whether it was enough. */
export async function liveByDiagnosis(
  all: Surroundings,
  { citizen, dice }: { citizen: Citizen; dice: Dice },
): Promise<void> {
  for (let tries = 0; ;) {
    await all.machine.sleep(dice.between(2, 8) * MINUTE);
    const store = await all.storeOf(citizen);
    if (!store || !asksForSomething(store)) continue;
    // What the last try met is put right first; then it is tried again.
    const refusal = tries % 2 === 0 ? await all.lastRefusal(store) : null;
    const cause = causeTo(refusal ?? store.judgement?.diagnosis ?? null, tries >> 1) ?? store.cause;
    tries += 1;
    all.tell(`${citizen.name} does something about ${store.verdict}, ${cause}`);
    await putRight(all, { citizen, store, cause });
  }
}

function asksForSomething({ verdict }: StoreRow): boolean {
  switch (verdict) {
    case 'setup':
    case 'reconnect':
    case 'repairing':
    case 'wrong_store':
    case 'store_blocked':
    case 'limited':
    case 'expiring':
      return true;
    case 'verifying':
    case 'connected':
    case 'checking':
    case 'held':
    case 'operator_problem':
    case 'paused':
    case 'closed':
      return false;
  }
}

/** The first of the causes that are named; where that did not help, the next. */
function causeTo(diagnosis: Named | null, tries: number): Cause | null {
  const likely = diagnosis?.likely ?? [];
  return likely[tries % Math.max(1, likely.length)]?.cause ?? diagnosis?.cause ?? null;
}

type Repairing = { citizen: Citizen; store: StoreRow; cause: Cause | null };

async function putRight(all: Surroundings, { citizen, store, cause }: Repairing): Promise<void> {
  const { sellerCentral, visits } = all;
  switch (cause) {
    case 'store.inactive':
    case 'store.deactivated':
      getFine(all, citizen);
      if (store.phase === 'setup') await visits.consent(citizen, store.id);
      else await openAndLook(all, { citizen, store });
      return;
    case 'grant.half_open':
      sellerCentral.disable(citizen);
      await visits.consent(citizen, store.id);
      return;
    case 'cred.wrong_store':
      // They once typed another seller's token as their own: that is another's store, and theirs is connected as a new one.
      if (store.sellerId !== null && store.sellerId !== citizen.sellerId) await startAnew(all, { citizen, store });
      else await visits.consent(citizen, store.id);
      return;
    default:
      await visits.consent(citizen, store.id);
  }
}

async function openAndLook({ visits }: Surroundings, { citizen, store }: Omit<Repairing, 'cause'>): Promise<void> {
  await visits.openDialog(citizen, store.id);
  await visits.lookNow(citizen, store.id);
}

async function startAnew({ visits }: Surroundings, { citizen, store }: Omit<Repairing, 'cause'>): Promise<void> {
  await visits.remove(citizen, store.id);
  await visits.consent(citizen, null);
}

/** The operator's secret runs out; after a while they notice and put the new one in. */
export async function replaceSecretOnce(
  { machine, sellerCentral, tell }: Pick<Surroundings, 'machine' | 'sellerCentral' | 'tell'>,
  { dice, until, old, take }: { dice: Dice; until: number; old: string; take: (next: string) => void },
): Promise<void> {
  await machine.sleep(dice.between(0, 0.6) * (until - machine.now()));
  const endsAt = machine.now() + dice.between(0, 20 * MINUTE);
  const next = 'amzn1.oa2-cs.v1.next';
  sellerCentral.replaceSecret({ old, oldEndsAt: endsAt, next });
  tell(`the operator's secret ends at ${new Date(endsAt).toISOString()}`);
  await machine.sleep(Math.min(until - machine.now(), dice.between(0, 80 * MINUTE)));
  take(next);
  tell('the operator puts the new secret in');
}
