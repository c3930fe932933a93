/** Data that is refused: all of it, for one of a dozen causes, or some of it while the rest answers. */
import { besidesData, newestLook } from './evidence.ts';
import { ranked, type Ranked } from './expired-or-revoked.ts';
import type { JudgeInput, StoreFacts, Suspicion } from './judgement.ts';
import {
  CAPABILITIES,
  isData,
  isDenial,
  isPairRefusal,
  ONE_LOOK_MS,
  type Answer,
  type Observation,
} from './observation.ts';
import type { Seen } from './suspicion.ts';
import { clearedAt } from './weather.ts';

/** "Just after consent" for the order of causes behind an opaque refusal. */
const JUST_AFTER_CONSENT_MS = 86_400_000;

export function deniedData(seen: Seen, input: JudgeInput): Suspicion | null {
  const denied = seen.data.filter((o) => isDenied(o.answer));
  if (denied.length === 0) return null;
  const beside = newestLook(seen.data).filter((o) => !isDenied(o.answer));
  return beside.length === 0 ? allDenied(seen, input) : someDenied(seen, { denied, beside }, input);
}

function allDenied({ data, all }: Seen, input: JudgeInput): Suspicion {
  const evidence = all.filter((o) => isData(o) && isDenied(o.answer) && o.at >= lastDataOk(all));
  const unnamed = (o: Observation) => !isNamed(o);
  const causes = data.some(unnamed) ? behindOpaqueRefusal(input, data) : NAMED_SECTIONS;
  // Whether the marketplace named every section is told by an answer that names none, and whether others of our app are
  // refused as much by one that they are not.
  const beside = [data.findLast(unnamed) ?? data[0], evidence.findLast(unnamed), refusedToItAlone(data, input)];
  return {
    ...ranked(causes),
    evidence,
    beside: besidesData(beside, { evidence, all, weather: input.weather }),
    capability: null,
    basis: 'denied',
  };
}

/** The newest answers that refuse, and those of the newest look that do not. */
type Split = { denied: readonly Observation[]; beside: readonly Observation[] };

/** An app without the role for participations is healthy as long as its money calls answer. */
function someDenied({ all }: Seen, { denied, beside: others }: Split, input: JudgeInput): Suspicion | null {
  const expected = denied.filter((o) => isExpected(o) || wasOk(input.store, o));
  const worst = expected.toSorted(byWeight)[0];
  if (!worst) return null;
  const evidence = refusedSinceOk(worst, all).filter((o) => okBeside(o, all) !== null);
  const reason = 'Some kinds of data are refused while others answer: a role is missing, not the permission.';
  const answered = others.findLast((o) => o.answer === 'ok') ?? others.at(-1);
  const counted = evidence.find((o) => o.at > clearedAt(input.weather));
  const beside = [worst, answered, ...[evidence[0], counted, evidence.at(-1)].map((o) => o && okBeside(o, all))];
  return {
    ...ranked([['grant.role_missing', reason]]),
    evidence,
    beside: besidesData(beside, { evidence, all, weather: input.weather }),
    capability: worst.capability,
    basis: 'partial',
  };
}

/** A good answer to the same call ends the run: answers that alternate are trouble at the marketplace, no lost role. */
function refusedSinceOk({ call }: Observation, all: readonly Observation[]): Observation[] {
  const same = all.filter((o) => o.call === call && isData(o));
  return same.slice(same.findLastIndex((o) => o.answer === 'ok') + 1).filter((o) => isDenied(o.answer));
}

/** What the marketplace names first, then money before participations, always in the same order. */
function byWeight(a: Observation, b: Observation): number {
  return Number(isNamed(b)) - Number(isNamed(a)) || weightOf(a) - weightOf(b) || (a.call < b.call ? -1 : 1);
}

function isNamed({ answer }: Observation): boolean {
  return answer === 'section_denied';
}

function weightOf({ capability }: Observation): number {
  return capability === null || capability === 'participations'
    ? CAPABILITIES.length
    : CAPABILITIES.indexOf(capability);
}

const NAMED_SECTIONS: Ranked = [
  ['grant.role_missing', 'The marketplace itself names the sections that our app may not call.'],
];

/** Where other sections answer, a refusal of the pair speaks of this one section too. */
function isDenied(answer: Answer): boolean {
  return isDenial(answer) || isPairRefusal(answer);
}

/** Only a refusal beside good answers speaks of one role; when everything was refused, it spoke of something else. */
function okBeside(refused: Observation, all: readonly Observation[]): Observation | null {
  return all.findLast((o) => isData(o) && o.answer === 'ok' && Math.abs(o.at - refused.at) <= ONE_LOOK_MS) ?? null;
}

function wasOk(store: StoreFacts, o: Observation): boolean {
  return o.capability !== null && store.everOk.includes(o.capability);
}

/** What an app may do without, unless the marketplace itself says that it is closed: a refusal there is a loss only after it worked. */
function isExpected({ capability, answer }: Observation): boolean {
  return capability !== 'participations' && !(capability === 'reports' && answer === 'denied');
}

function lastDataOk(all: readonly Observation[]): number {
  return all.findLast((o) => isData(o) && o.answer === 'ok')?.at ?? 0;
}

/**
 * One 403 body, a dozen causes. Just after consent half-open comes first, then the role; later the role when other stores
 * of the app are denied too, then standing, then revoked (contracts, Judging, last line). Who was told that a permission
 * came back only half is not told otherwise because a day went by.
 */
function behindOpaqueRefusal(input: JudgeInput, data: readonly Observation[]): Ranked {
  const { store, now } = input;
  const halfOpen: Ranked[number] = ['grant.half_open', 'The permission was given and no call was ever let through.'];
  const role: Ranked[number] = ['grant.role_missing', 'The application may lack the role for every call we make.'];
  const consentAge = store.authorizedAt === null ? Infinity : now - store.authorizedAt;
  const neverWorked = store.everOk.length === 0 || consentAge < JUST_AFTER_CONSENT_MS;
  const isAlone = refusedToItAlone(data, input) !== null;
  if (neverWorked || (isAlone && store.alarm?.cause === 'grant.half_open'))
    return [halfOpen, role, ['store.deactivated', 'A deactivated store gives the same answer.']];
  const standing: Ranked[number] = [
    'store.deactivated',
    'The permission is accepted, yet every call is refused: that is how a deactivated store answers.',
  ];
  const revoked: Ranked[number] = [
    'grant.revoked',
    'A permission that is being taken back can look the same for a while.',
  ];
  const late: Ranked[number] = ['grant.half_open', 'A permission that came back only half gives the same answer.'];
  return isAlone
    ? [standing, revoked, late, role]
    : [['grant.role_missing', 'Other stores of the same application are refused too.'], standing, revoked, late];
}

/** A neighbour that is refused some of it is limited by a role of its own, and says nothing of a store that is refused all. */
function refusedToItAlone(data: readonly Observation[], { store }: JudgeInput): Observation | null {
  return data.find((o) => o.capability !== null && !store.deniedElsewhere.includes(o.capability)) ?? null;
}
