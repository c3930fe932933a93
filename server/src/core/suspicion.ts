/**
 * From observations to what is suspected: pure rules, in the order in which they decide. The first rule that applies
 * wins. Where one answer fits several causes, all of them stand in `likely`, the first being the cause.
 */
import type { Cause } from './diagnosis.ts';
import { expiredOrRevoked, ranked, type Ranked } from './expired-or-revoked.ts';
import type { JudgeInput, StoreFacts, Suspicion } from './judgement.ts';
import { appFaultCause, isDenial, isPairRefusal, saysNothing, type Answer, type Observation } from './observation.ts';
import { refusedPair } from './suspicion-pair.ts';

const DAY = 86_400_000;
/** A clock this wrong is a fault of its own (causes table: own.clock). Milliseconds. */
export const SKEW_LIMIT_MS = 5 * 60_000;
/** "Just after consent" for the order of causes behind an opaque refusal. */
const JUST_AFTER_CONSENT_MS = DAY;
/** The calls of one look follow each other within this. Milliseconds. */
const ONE_LOOK_MS = 60_000;

export function suspect(input: JudgeInput): Suspicion | null {
  const seen = summarize(input);
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
  ownFault,
  operatorFault,
  refusedGrant,
  refusedPair,
  foreignIdentity,
  toldDeactivated,
  refusalForAll,
  deniedData,
  blockedStore,
  unknownAnswer,
  badWeather,
];

export function summarize({ store, observations }: JudgeInput): Seen {
  // What was told unasked says nothing about our calls.
  const asked = observations.filter((o) => o.source !== 'notification');
  const mine = asked.filter((o) => o.rung !== 'control' && isCurrent(o, store));
  const latest = new Map<string, Observation>();
  const telling = new Map<string, Observation>();
  for (const o of mine) {
    const question = `${o.rung === 'app' ? 'app' : 'store'}:${o.call}`;
    latest.set(question, o);
    if (!saysNothing(o.answer)) telling.set(question, o);
  }
  const of = (rung: Observation['rung']) => [...telling.values()].filter((o) => o.rung === rung);
  return {
    all: mine,
    self: mine.findLast((o) => o.rung === 'self') ?? null,
    app: mine.findLast((o) => o.rung === 'app' && !saysNothing(o.answer)) ?? null,
    grant: of('grant')[0] ?? null,
    data: [...of('identity'), ...of('capability')],
    weather: [...latest.values()].filter((o) => saysNothing(o.answer) && o.rung !== 'self' && o.rung !== 'app'),
  };
}

/** Facts about older credentials say nothing about the present ones. */
function isCurrent(o: Observation, store: StoreFacts): boolean {
  return o.credentialVersion === store.credentialVersion || o.rung === 'self' || o.rung === 'app';
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

function refusedGrant({ grant, all }: Seen, { store, now }: JudgeInput): Suspicion | null {
  if (!grant) return null;
  const evidence = sameSince(all, grant, isRefusal);
  switch (grant.answer) {
    case 'grant_refused':
      return { ...ranked(expiredOrRevoked(store, now)), evidence, capability: null, basis: 'refused' };
    case 'token_unknown':
      return { ...ranked(unknownToken(store, now)), evidence, capability: null, basis: 'refused' };
    case 'wrong_app':
      return {
        ...ranked([['cred.wrong_app', 'The token was given to another application.']]),
        evidence,
        capability: null,
        basis: 'refused',
      };
    default:
      return null;
  }
}

function isRefusal(answer: Answer): boolean {
  return answer === 'grant_refused' || answer === 'token_unknown' || answer === 'wrong_app';
}

/** A token that the marketplace does not know: typed wrongly at first, taken away when it worked before. */
function unknownToken(store: StoreFacts, now: number): Ranked {
  if (store.firstOkAt !== null && store.credentialVersion > 0 && store.everOk.length > 0) {
    return [
      ...expiredOrRevoked(store, now),
      ['cred.wrong_pair', 'The token may belong to another store or application.'],
    ];
  }
  return [
    [
      'cred.wrong_pair',
      'The marketplace does not know this token for our application: it is cut off, mistyped, or of another application.',
    ],
    ['grant.revoked', 'It may also have been taken back before it was entered here.'],
  ];
}

function foreignIdentity({ data }: Seen, { store }: JudgeInput): Suspicion | null {
  if (store.sellerId === null) return null;
  const foreign = data.filter((o) => o.facts.sellerId !== undefined && o.facts.sellerId !== store.sellerId);
  if (foreign.length === 0) return null;
  const reason = 'The seller ID is one store’s, the token another’s: the marketplace itself named the other seller.';
  return {
    ...ranked([['cred.wrong_pair', reason]]),
    half: 'token',
    evidence: foreign,
    capability: null,
    basis: 'told',
  };
}

/** The marketplace said it of the account by itself: nothing that a call answers can prove it wrong. */
function toldDeactivated(_seen: Seen, { store }: JudgeInput): Suspicion | null {
  if (store.told?.standing !== 'deactivated') return null;
  return simple('store.deactivated', [store.told.seen], 'told');
}

/** The marketplace's own machinery fails, for all data or for some of it: weather, whatever else answers. */
function refusalForAll({ data, all }: Seen): Suspicion | null {
  if (!data.some((o) => o.answer === 'refusal_for_all')) return null;
  return simple(
    'mkt.auth_incident',
    all.filter((o) => o.answer === 'refusal_for_all'),
    'weather',
  );
}

function deniedData({ data, all }: Seen, input: JudgeInput): Suspicion | null {
  const denied = data.filter((o) => isDenied(o.answer));
  const expected = denied.filter((o) => o.capability !== 'participations' || wasOk(input.store, o));
  if (denied.length === 0) return null;
  if (data.every((o) => isDenied(o.answer))) {
    const evidence = all.filter((o) => isData(o) && isDenied(o.answer) && o.at >= lastDataOk(all));
    const causes = data.every((o) => o.answer === 'section_denied') ? NAMED_SECTIONS : behindOpaqueRefusal(input);
    return { ...ranked(causes), evidence, capability: null, basis: 'denied' };
  }
  // An app without the role for participations is healthy as long as its money calls answer.
  const worst = expected.find((o) => o.capability !== 'participations') ?? expected[0];
  if (!worst) return null;
  const evidence = all.filter((o) => o.call === worst.call && isDenied(o.answer) && othersAnswered(o, all));
  const reason = 'Some kinds of data are refused while others answer: a role is missing, not the permission.';
  return { ...ranked([['grant.role_missing', reason]]), evidence, capability: worst.capability, basis: 'partial' };
}

const NAMED_SECTIONS: Ranked = [
  ['grant.role_missing', 'The marketplace itself names the sections that our app may not call.'],
];

/** Where other sections answer, a refusal of the pair speaks of this one section too. */
function isDenied(answer: Answer): boolean {
  return isDenial(answer) || isPairRefusal(answer);
}

/** Only a refusal beside good answers speaks of one role; when everything was refused, it spoke of something else. */
function othersAnswered(refused: Observation, all: readonly Observation[]): boolean {
  return all.some((o) => isData(o) && o.answer === 'ok' && Math.abs(o.at - refused.at) <= ONE_LOOK_MS);
}

function isData(o: Observation): boolean {
  return o.rung === 'identity' || o.rung === 'capability';
}

function wasOk(store: StoreFacts, o: Observation): boolean {
  return o.capability !== null && store.everOk.includes(o.capability);
}

function lastDataOk(all: readonly Observation[]): number {
  return all.findLast((o) => isData(o) && o.answer === 'ok')?.at ?? 0;
}

/**
 * One 403 body, a dozen causes. Just after consent half-open comes first, then the role; later the role when other stores
 * of the app are denied too, then standing, then revoked (contracts, Judging, last line).
 */
function behindOpaqueRefusal({ store, now }: JudgeInput): Ranked {
  const halfOpen: Ranked[number] = ['grant.half_open', 'The permission was given and no call was ever let through.'];
  const role: Ranked[number] = ['grant.role_missing', 'The application may lack the role for every call we make.'];
  const consentAge = store.authorizedAt === null ? Infinity : now - store.authorizedAt;
  const neverWorked = store.everOk.length === 0 || consentAge < JUST_AFTER_CONSENT_MS;
  if (neverWorked) return [halfOpen, role, ['store.deactivated', 'A deactivated store gives the same answer.']];
  const standing: Ranked[number] = [
    'store.deactivated',
    'The permission is accepted, yet every call is refused: that is how a deactivated store answers.',
  ];
  const revoked: Ranked[number] = [
    'grant.revoked',
    'A permission that is being taken back can look the same for a while.',
  ];
  const late: Ranked[number] = ['grant.half_open', 'A permission that came back only half gives the same answer.'];
  return store.deniedElsewhere.length > 0
    ? [['grant.role_missing', 'Other stores of the same application are refused too.'], standing, revoked, late]
    : [standing, revoked, late, role];
}

function blockedStore({ data, all }: Seen): Suspicion | null {
  const standing = data.findLast((o) => o.facts.sites !== undefined && o.answer === 'ok');
  if (!standing?.facts.sites || standing.facts.sites.some((site) => site.participating)) return null;
  const told = all.filter((o) => o.facts.sites !== undefined && o.answer === 'ok');
  const sold = told.findLastIndex((o) => o.facts.sites?.some((site) => site.participating));
  // A good day in between begins the count anew.
  const evidence = told.slice(sold + 1);
  return simple('store.inactive', evidence, 'stated');
}

function unknownAnswer({ data, grant }: Seen): Suspicion | null {
  const strange = [...data, ...(grant ? [grant] : [])].filter((o) => o.answer === 'unknown');
  return strange.length === 0 ? null : simple('unknown', strange, 'unknown');
}

function badWeather({ weather, all, data }: Seen): Suspicion | null {
  // Asked too often in one place while another answers: no fault at all (rule R2).
  if (weather.every((o) => o.answer === 'throttled') && data.some((o) => o.answer === 'ok')) return null;
  const worst = weather.find((o) => o.answer !== 'bad_request' && o.answer !== 'token_stale') ?? weather[0];
  if (!worst) return null;
  const evidence = all.filter((o) => o.answer === worst.answer);
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

/** The unbroken run of failures that ends in `last`: an `ok` of the same call in between starts it anew. */
function sameSince(all: readonly Observation[], last: Observation, counts: (answer: Answer) => boolean): Observation[] {
  const same = all.filter((o) => o.rung === last.rung && o.call === last.call);
  const lastOk = same.findLast((o) => o.answer === 'ok')?.at ?? 0;
  return same.filter((o) => counts(o.answer) && o.at > lastOk);
}

function simple(cause: Cause, evidence: Observation[], basis: Suspicion['basis']): Suspicion {
  return { cause, likely: [], evidence, capability: null, basis };
}
