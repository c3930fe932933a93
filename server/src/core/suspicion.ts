/**
 * From observations to what is suspected: pure rules, in the order in which they decide. The first rule that applies
 * wins. Where one answer fits several causes, all of them stand in `likely`, the first being the cause.
 */
import type { Cause } from './diagnosis.ts';
import { besidesData, endsOf, isPast } from './evidence.ts';
import { expiredOrRevoked, lostFirst, ranked, refusedPermission, type Ranked } from './expired-or-revoked.ts';
import type { JudgeInput, StoreFacts, Suspicion } from './judgement.ts';
import { appFaultCause, isData, saysNothing, type Answer, type Observation } from './observation.ts';
import { deniedData } from './suspicion-denied.ts';
import { refusedPair } from './suspicion-pair.ts';

/** A clock this wrong is a fault of its own (causes table: own.clock). Milliseconds. */
export const SKEW_LIMIT_MS = 5 * 60_000;

/** `seen`: the input summed up, where that was done already. */
export function suspect(input: JudgeInput, seen: Seen = summarize(input)): Suspicion | null {
  for (const rule of RULES) {
    const found = rule(seen, input);
    if (found) return found;
  }
  return null;
}

/** The newest telling observation of every call, and the runs of failures behind it. */
export type Seen = {
  all: readonly Observation[];
  self: Observation | null;
  app: Observation | null;
  /** Newest answer of the token endpoint that says something. */
  grant: Observation | null;
  /** Newest telling answer per data call. */
  data: Observation[];
  /** Newest answers that say nothing but weather, where nothing telling came after them. */
  weather: Observation[];
};

type Rule = (seen: Seen, input: JudgeInput) => Suspicion | null;

const RULES: readonly Rule[] = [
  localFault,
  ownFault,
  operatorFault,
  refusedGrant,
  refusedPair,
  foreignIdentity,
  toldDeactivated,
  refusalForAll,
  deniedData,
  blockedStore,
  emptiedData,
  unknownAnswer,
  badWeather,
];

export function summarize({ store, observations }: JudgeInput): Seen {
  // What was told unasked says nothing about our calls.
  const mine = observations.filter((o) => o.source !== 'notification' && o.rung !== 'control' && isCurrent(o, store));
  const latest = new Map<string, Observation>();
  const telling = new Map<string, Observation>();
  for (const o of mine) {
    const question = o.rung === 'app' ? `app:${o.call}` : o.call;
    latest.set(question, o);
    if (!saysNothing(o.answer)) telling.set(question, o);
  }
  const told = [...telling.values()];
  const data = [...told.filter(({ rung }) => rung === 'identity'), ...told.filter(({ rung }) => rung === 'capability')];
  return {
    all: mine,
    self: mine.findLast((o) => o.rung === 'self') ?? null,
    app: mine.findLast((o) => o.rung === 'app' && !saysNothing(o.answer)) ?? null,
    grant: told.find((o) => o.rung === 'grant') ?? null,
    data: withoutPast(data),
    weather: [...latest.values()].filter((o) => saysNothing(o.answer) && o.rung !== 'self' && o.rung !== 'app'),
  };
}

/**
 * What has its turn in one look of four is not asked again while other things fail: where every other kind of data was
 * answered in a later look, what it said of the marketplace's machinery belongs to a look that is over.
 */
function withoutPast(data: Observation[]): Observation[] {
  if (data.length === 1) return data;
  return data.filter((one) => !isPast(one, data));
}

/** Facts about older credentials say nothing about the present ones. */
function isCurrent(o: Observation, store: StoreFacts): boolean {
  return o.credentialVersion === store.credentialVersion || o.rung === 'self' || o.rung === 'app';
}

/** The newest checks could not be made at all. An answer since then shows that they can. */
function localFault({ all }: Seen): Suspicion | null {
  const failed = all.slice(all.findLastIndex((o) => !isLocalError(o)) + 1);
  const last = failed.at(-1);
  return last ? simple(last.code === 'credential' ? 'own.credential' : 'own.check', endsOf(failed), 'own') : null;
}

function isLocalError({ rung, answer }: Observation): boolean {
  return rung === 'local' && answer === 'local_error';
}

/** One check that could not be made may be an accident: two are a fault that keeps us from seeing the store. */
export function isOnceLocal({ evidence }: Suspicion): boolean {
  return evidence.length === 1 && evidence.every(isLocalError);
}

function ownFault({ self, all }: Seen): Suspicion | null {
  if (!self || reachedSince(self, all)) return null;
  if (self.answer === 'no_answer') return simple('own.network', [self], 'own');
  if (Math.abs(self.facts.skewMs ?? 0) > SKEW_LIMIT_MS && self.answer !== 'ok')
    return simple('own.clock', [self], 'own');
  return null;
}

/** Whoever was answered afterwards has a network again, though nobody asked the other host a second time. */
function reachedSince(self: Observation, all: readonly Observation[]): boolean {
  return all.slice(all.indexOf(self) + 1).some((o) => o.answer !== 'no_answer');
}

function operatorFault({ all }: Seen): Suspicion | null {
  const refused = all.findLast((o) => appFaultCause(o.answer) !== null);
  const cause = refused ? appFaultCause(refused.answer) : null;
  if (!refused || !cause) return null;
  // A good answer to a call that carries the app's key proves it: who gets one was not refused for the app's sake.
  const takenSince = all.some((o) => o.rung !== 'self' && o.answer === 'ok' && o.at > refused.at);
  return takenSince ? null : simple(cause, [refused], cause === 'own.clock' ? 'own' : 'operator');
}

function refusedGrant({ grant, all }: Seen, { store, now: ours }: JudgeInput): Suspicion | null {
  if (!grant) return null;
  const now = ours + skewOf(all);
  const evidence = sameSince(all, grant, isRefusal);
  const refused = { evidence, beside: [grant, ...skewed(all)], capability: null, basis: 'refused' as const };
  switch (grant.answer) {
    case 'grant_refused':
      return { ...ranked(lostFirst(store, refusedPermission(store, now))), ...refused };
    case 'token_unknown':
      return { ...ranked(lostFirst(store, unknownToken(store, now))), ...refused };
    case 'wrong_app':
      return { ...ranked([['cred.wrong_app', 'The token was given to another application.']]), ...refused };
    default:
      return null;
  }
}

/** A year ends by the marketplace's clock: how far it is from ours, where ours is wrong. Milliseconds. */
function skewOf(all: readonly Observation[]): number {
  return skewed(all)[0]?.facts.skewMs ?? 0;
}

/** The newest dated answer, where it shows that our clock is wrong. */
function skewed(all: readonly Observation[]): Observation[] {
  const dated = all.findLast((o) => o.facts.skewMs !== undefined);
  return dated && Math.abs(dated.facts.skewMs ?? 0) > SKEW_LIMIT_MS ? [dated] : [];
}

function isRefusal(answer: Answer): boolean {
  return answer === 'grant_refused' || answer === 'token_unknown' || answer === 'wrong_app';
}

/** A token that the marketplace does not know: typed wrongly at first, taken away when it worked before. */
function unknownToken(store: StoreFacts, now: number): Ranked {
  if (store.firstOkAt !== null && store.credentialVersion > 0 && store.everOk.length > 0) {
    const ended = expiredOrRevoked(store, now);
    if (ended[0]?.[0] === 'grant.superseded') return ended;
    return [...ended, ['cred.wrong_pair', 'The token may belong to another store or application.']];
  }
  return [
    [
      'cred.wrong_pair',
      'The marketplace does not know this token for our application: it is cut off, mistyped, or of another application.',
    ],
    ['grant.revoked', 'It may also have been taken back before it was entered here.'],
  ];
}

function foreignIdentity({ data, all }: Seen, { store }: JudgeInput): Suspicion | null {
  const expected = store.sellerId ?? store.claimedSellerId ?? null;
  if (expected === null) return null;
  const isForeign = (o: Observation) => o.facts.sellerId !== undefined && o.facts.sellerId !== expected;
  if (!data.some(isForeign)) return null;
  const reason = 'The seller ID is one store’s, the token another’s: the marketplace itself named the other seller.';
  return {
    ...ranked([['cred.wrong_pair', reason]]),
    half: 'token',
    // Not the newest alone: the guard wants to have heard it twice.
    evidence: all.filter((o) => isData(o) && isForeign(o)),
    beside: [],
    capability: null,
    basis: 'told',
  };
}

/** The marketplace said it of the account by itself: nothing that a call answers can prove it wrong. */
function toldDeactivated(seen: Seen, { store }: JudgeInput): Suspicion | null {
  if (store.told?.standing !== 'deactivated' || isOutlived(store.told.seen, { seen, store })) return null;
  return simple('store.deactivated', [store.told.seen], 'told');
}

/**
 * While a permission is refused nothing is told by it either, so that a better word may have been lost. Where it was given
 * anew afterwards, and every call is answered with it, the older word no longer counts.
 */
function isOutlived({ at }: Observation, { seen: { data }, store }: { seen: Seen; store: StoreFacts }): boolean {
  const givenAnew = store.authorizedBy === 'consent' && (store.authorizedAt ?? 0) > at;
  return givenAnew && data.length > 0 && data.every((o) => o.answer === 'ok');
}

/** The marketplace's own machinery fails, for all data or for some of it: weather, whatever else answers. */
function refusalForAll({ data, all }: Seen, { weather }: JudgeInput): Suspicion | null {
  const refused = data.find((o) => o.answer === 'refusal_for_all');
  if (!refused) return null;
  const evidence = all.filter((o) => o.answer === 'refusal_for_all' && isOfStore(o));
  return {
    ...simple('mkt.auth_incident', evidence, 'weather'),
    beside: besidesData([refused], { evidence, all, weather }),
  };
}

function blockedStore({ data, all }: Seen, { weather }: JudgeInput): Suspicion | null {
  const standing = data.findLast((o) => o.facts.sites !== undefined && o.answer === 'ok');
  if (!standing?.facts.sites || standing.facts.sites.some((site) => site.participating)) return null;
  const told = all.filter((o) => o.facts.sites !== undefined && o.answer === 'ok');
  const sold = told.findLastIndex((o) => o.facts.sites?.some((site) => site.participating));
  // A good day in between begins the count anew.
  const evidence = told.slice(sold + 1);
  const beside = besidesData([standing], { evidence, all, weather });
  return { ...simple('store.inactive', evidence, 'stated'), beside };
}

/**
 * Success without rows, for a store that always had some: the list goes back in time, so what stood in it cannot simply be
 * over. Nothing is refused, and no answer says why.
 */
function emptiedData({ data, all }: Seen, { store, weather }: JudgeInput): Suspicion | null {
  const empty = data.find((o) => isEmpty(o) && o.capability !== null && store.rowsSeen.includes(o.capability));
  if (!empty) return null;
  const same = all.filter((o) => o.call === empty.call && o.answer === 'ok');
  const evidence = same.slice(same.findLastIndex((o) => !isEmpty(o)) + 1);
  const beside = besidesData([empty], { evidence, all, weather });
  return { cause: 'data.silent_empty', likely: [], evidence, beside, capability: empty.capability, basis: 'empty' };
}

function isEmpty(o: Observation): boolean {
  return o.answer === 'ok' && o.facts.rows === 'none';
}

function unknownAnswer({ data, grant, all }: Seen, { weather }: JudgeInput): Suspicion | null {
  const strange = all.filter((o) => o.answer === 'unknown' && (o === grant || data.includes(o)));
  if (strange.length === 0) return null;
  return { ...simple('unknown', strange, 'unknown'), beside: besidesData([], { evidence: strange, all, weather }) };
}

function badWeather({ weather, all, data }: Seen): Suspicion | null {
  // Asked too often in one place while another answers: no fault at all (rule R2).
  if (weather.every((o) => o.answer === 'throttled') && data.some((o) => o.answer === 'ok')) return null;
  const worst = weather.find((o) => o.answer !== 'bad_request' && o.answer !== 'token_stale') ?? weather[0];
  if (!worst) return null;
  const evidence = all.filter((o) => o.answer === worst.answer && isOfStore(o));
  switch (worst.answer) {
    case 'throttled':
      return simple('mkt.throttle', evidence, 'weather');
    case 'bad_request':
    case 'token_stale':
      return simple('unknown', evidence, 'unknown');
    default:
      return simple('mkt.outage', evidence, 'weather');
  }
}

/** Asked for this store; what another host or our own key was answered is no weather of the store's. */
function isOfStore({ rung }: Observation): boolean {
  return rung !== 'self' && rung !== 'app';
}

/** The unbroken run of failures that ends in `last`: an `ok` of the same call in between starts it anew. */
function sameSince(all: readonly Observation[], last: Observation, counts: (answer: Answer) => boolean): Observation[] {
  const same = all.filter((o) => o.rung === last.rung && o.call === last.call);
  const lastOk = same.findLast((o) => o.answer === 'ok')?.at ?? 0;
  return same.filter((o) => counts(o.answer) && o.at > lastOk);
}

function simple(cause: Cause, evidence: Observation[], basis: Suspicion['basis']): Suspicion {
  return { cause, likely: [], evidence, beside: [], capability: null, basis };
}
