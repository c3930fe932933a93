/**
 * What is behind a seller ID and token that are refused together. MWS has one code for expired, revoked, a wrong pair, a
 * wrong developer and another region, so the order of causes follows what else is known: whether the pair ever worked,
 * the day of the permission, and the cross-checks of the `pair` rung (facts: seed-systems C.4 and D).
 */
import { GRANT_DAYS } from './access.ts';
import { besidesData, newestLook } from './evidence.ts';
import { expiredOrRevoked, ranked, type Ranked } from './expired-or-revoked.ts';
import type { JudgeInput, Suspicion } from './judgement.ts';
import { isData, isPairRefusal, type Observation } from './observation.ts';

const DAY = 86_400_000;

/** Newest answers of the store's data calls, and everything seen about its present credentials, oldest first. */
type SeenPair = { data: readonly Observation[]; all: readonly Observation[]; app: Observation | null };

export function refusedPair({ data, all, app }: SeenPair, known: Known): Suspicion | null {
  const refused = data.filter((o) => isPairRefusal(o.answer));
  const current = newestLook(data);
  // Some sections answer: then it is not the pair.
  if (refused.length === 0 || current.some((o) => o.answer === 'ok')) return null;
  const evidence = refusedSinceOk(all);
  const besides = (telling: readonly (Observation | null | undefined)[]) =>
    besidesData([...telling, current.at(-1)], { evidence, all, weather: known.weather });
  if (app?.facts.service === 'red') return { ...SERVICE_DOWN, evidence, beside: besides([app, refused[0]]) };
  const banned = refused.find((o) => o.answer === 'not_eligible');
  if (banned) return { ...NOT_ELIGIBLE, evidence, beside: besides([banned]) };
  const worst = refused.findLast((o) => o.answer === 'pair_refused') ?? refused.at(-1);
  const { causes, half, check } = behind(
    worst?.answer === 'pair_refused' ? 'pair_refused' : 'access_denied',
    all,
    known,
  );
  const beside = besides([worst, check]);
  return { ...ranked(causes), ...(half ? { half } : {}), evidence, beside, capability: null, basis: 'denied' };
}

const SERVICE_DOWN = { cause: 'mkt.outage', likely: [], capability: null, basis: 'weather' } as const satisfies Omit<
  Suspicion,
  'evidence' | 'beside'
>;
const NOT_ELIGIBLE = {
  cause: 'store.deactivated',
  likely: [],
  capability: null,
  basis: 'denied',
} as const satisfies Omit<Suspicion, 'evidence' | 'beside'>;

function refusedSinceOk(all: readonly Observation[]): Observation[] {
  const data = all.filter(isData);
  const lastOk = data.findLast((o) => o.answer === 'ok')?.at ?? 0;
  return data.filter((o) => isPairRefusal(o.answer) && o.at >= lastOk);
}

/** `check`: the cross-check that told. */
type Behind = { causes: Ranked; half: Half | null; check: Observation | null };

function behind(answer: PairAnswer, all: readonly Observation[], known: Known): Behind {
  if (known.store.everOk.length > 0) return { causes: workedBefore(answer, known), half: null, check: null };
  return crossChecked(all, answer) ?? { causes: neverWorked(answer, known), half: null, check: null };
}

type Known = Pick<JudgeInput, 'store' | 'now' | 'weather'>;
type PairAnswer = 'pair_refused' | 'access_denied';
type Half = NonNullable<Suspicion['half']>;

/** Which half is wrong, where a cross-check could tell: the token opens another store, or the seller lives in another region. */
function crossChecked(all: readonly Observation[], answer: PairAnswer): Behind | null {
  const checks = all.filter((o) => o.rung === 'pair');
  const opens = checks.find((o) => o.answer === 'ok' && o.facts.sellerId !== undefined);
  if (opens) {
    const reason = 'The token opens another store of this account.';
    return { half: 'token', check: opens, causes: [['cred.wrong_pair', reason]] };
  }
  const known = checks.find((o) => o.answer === 'pair_refused');
  if (answer === 'access_denied' && known) {
    const where = known.region === null ? 'another region' : `the region ${known.region.toUpperCase()}`;
    return {
      half: 'seller_id',
      check: known,
      causes: [
        ['cred.wrong_pair', `The seller ID is known in ${where} and not here; the token does not fit it there either.`],
      ],
    };
  }
  return null;
}

/** A pair that was never accepted: typed wrongly, or never given to our developer ID. */
function neverWorked(answer: PairAnswer, { store, now }: Known): Ranked {
  const pair: Ranked[number] = [
    'cred.wrong_pair',
    'The marketplace does not know this token for this seller ID: one of them is mistyped, or of another store.',
  ];
  const developer: Ranked[number] = [
    'cred.wrong_app',
    'The token may have been given to another developer ID, or to ours of another region.',
  ];
  if (answer === 'pair_refused') return [pair, developer];
  const days = store.authorizedAt === null ? 0 : Math.floor((now - store.authorizedAt) / DAY);
  if (days >= GRANT_DAYS) return [['grant.expired', `Its ${GRANT_DAYS} days are over: day ${days}.`], developer, pair];
  return [developer, pair];
}

/** The very pair was accepted before, so neither half can be wrong: its permission ended. */
function workedBefore(answer: PairAnswer, { store, now }: Known): Ranked {
  const aged = expiredOrRevoked(store, now);
  if (answer === 'pair_refused' || aged[0]?.[0] !== 'grant.revoked') return aged;
  return [...aged, ['store.deactivated', 'A store that may not sell any more is refused the same way.']];
}
