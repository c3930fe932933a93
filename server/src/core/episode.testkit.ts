/** Observations, stores and weather for the tests of the judge; every test says only what is special about its own. */
import type { StoreFacts, JudgeInput } from './judgement.ts';
import type { Answer, Capability, Observation, Rung } from './observation.ts';
import type { Weather } from './weather.ts';

export const NOW = Date.UTC(2026, 10, 23, 12);
export const SECOND = 1_000;
export const MINUTE = 60_000;
export const DAY = 86_400_000;

type Question = Pick<Observation, 'rung' | 'call' | 'capability'>;

export const SELF = { rung: 'self', call: 'self', capability: null } as const satisfies Question;
export const APP = { rung: 'app', call: 'token', capability: null } as const satisfies Question;
export const CONTROL = { rung: 'control', call: 'control:store', capability: null } as const satisfies Question;
export const GRANT = { rung: 'grant', call: 'token', capability: null } as const satisfies Question;
export const PARTICIPATIONS = data('identity', 'getMarketplaceParticipations', 'participations');
export const PAYOUTS = data('capability', 'listExpectedPayouts', 'payouts');
export const FINANCES = data('capability', 'listFinancialEventGroups', 'finances');
export const DATA = [PARTICIPATIONS, PAYOUTS, FINANCES] as const;

function data(rung: Rung, call: string, capability: Capability): Question {
  return { rung, call, capability };
}

type Special = Partial<Observation> & { at: number };

let made = 0;

/** One answer; `when` is its instant, or the instant with whatever else is special. */
export function seen(question: Question, answer: Answer, when: number | Special): Observation {
  const special = typeof when === 'number' ? { at: when } : when;
  made += 1;
  return {
    ...question,
    id: `ob_${made}`,
    source: 'probe',
    region: 'eu',
    answer,
    status: null,
    code: null,
    message: null,
    ms: 20,
    credentialVersion: 1,
    freshToken: question.rung === 'identity' || question.rung === 'capability',
    facts: {},
    ...special,
  };
}

/** A whole look with witnesses, one second between two questions; it ends where the ladder would. */
export type Troubles = Partial<Record<'self' | 'app' | 'control' | 'grant' | Capability, Answer>>;

export function fullLook(at: number, troubles: Troubles = {}): Observation[] {
  const witnesses = [seen(SELF, troubles.self ?? 'ok', at)];
  if (troubles.self !== undefined) return witnesses;
  witnesses.push(seen(APP, troubles.app ?? 'ok', at + SECOND));
  if (troubles.app !== undefined) return witnesses;
  witnesses.push(seen(CONTROL, troubles.control ?? 'ok', at + 2 * SECOND));
  const grant = seen(GRANT, troubles.grant ?? 'ok', at + 3 * SECOND);
  if (grant.answer !== 'ok') return [...witnesses, grant];
  const answers = DATA.map((question, i) =>
    seen(question, (question.capability && troubles[question.capability]) ?? 'ok', at + (4 + i) * SECOND),
  );
  return [...witnesses, grant, ...answers];
}

export const DENIED_EVERYWHERE: Troubles = { participations: 'denied', payouts: 'denied', finances: 'denied' };

export function aSite(special: Partial<StoreFacts['sites'][number]> = {}): StoreFacts['sites'][number] {
  return {
    site: 'amazon.de',
    marketplaceId: 'A1PA6795UKMFR9',
    storeName: 'Blue Bird',
    participating: true,
    listingsSuspended: false,
    ...special,
  };
}

/** A store that has worked for a hundred days. */
export function facts(special: Partial<StoreFacts> = {}): StoreFacts {
  return {
    phase: 'live',
    label: 'Amazon',
    sellerId: 'A3FHEXAMPLEYWS',
    credentialVersion: 1,
    authorizedAt: NOW - 100 * DAY,
    authorizedBy: 'consent',
    firstOkAt: NOW - 100 * DAY,
    lastOkAt: NOW - 60 * MINUTE,
    everOk: ['participations', 'payouts', 'finances'],
    rowsSeen: [],
    sites: [aSite()],
    alarm: null,
    repair: null,
    deniedElsewhere: [],
    regionCorrected: false,
    ...special,
  };
}

/** A clear day in a large crowd. */
export function weather(special: Partial<Weather> = {}): Weather {
  return {
    control: { lastOkAt: NOW - MINUTE, lastOkVia: 'store', lastRefusedAt: null, clearSince: null },
    app: { cause: null, since: null },
    share: { active: 1_000, failing: 3 },
    ...special,
  };
}

/** The neighbour is refused too, just now. */
export function refusedControl(at: number = NOW): Weather['control'] {
  return { lastOkAt: at - 10 * MINUTE, lastOkVia: 'store', lastRefusedAt: at, clearSince: null };
}

export function input(special: Partial<JudgeInput> = {}): JudgeInput {
  return { store: facts(), observations: [], weather: weather(), now: NOW, ...special };
}
