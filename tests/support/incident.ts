/** An incident at the marketplace, told over a simulated crowd: who was found, after how many looks, and who was disturbed. */
import { expect } from 'vitest';
import type { Verdict } from '../../server/src/core/connection.ts';
import type { Answer } from '../../server/src/core/observation.ts';
import { inSimulation, type Asked, type Simulation, type Wish } from './crowd-simulation.ts';

/** What is answered while it lasts; null: as on any other day. */
type Answers = (asked: Asked) => Answer | null;
export type Kind = { refused: string; answers: Answers };

export type Incident = {
  from: number;
  minutes: number;
  answers: Answers;
  /** Minutes by which a store's own trouble outlasts the incident: it clears for one after the other. */
  lingers?: (seller: number) => number;
};

export type Plot = Omit<Wish, 'answer'> & {
  incident: Incident;
  /** Sellers who take their permission back, and the minute in which they do. */
  revoked?: ReadonlyMap<number, number>;
};

export type Outcome = {
  /** Of the stores that lost nothing: what would have disturbed their sellers. */
  disturbed: { seller: number; what: string }[];
  found: { seller: number; looks: number; minutes: number }[];
  mailed: number[];
  verdicts: Partial<Record<Verdict, number>>;
  /** The verdicts just before the incident ended. */
  meanwhile: Partial<Record<Verdict, number>>;
  questions: number;
};

/** A simulation of hours is work for a machine, however slow it is. Milliseconds. */
export const PATIENCE_MS = 900_000;
/** Until every store was looked at at least twice. Minutes. */
export const AFTERWARDS = 2 + 66 + 4;

export const isData = ({ rung }: Asked) => rung === 'identity' || rung === 'capability';
const isCall = (asked: Asked) => isData(asked) || asked.rung === 'control';

/** What an incident may refuse. Only what is told apart from a seller's own loss by somebody else's answer can be survived. */
export const KINDS = {
  calls: { refused: 'every call', answers: (asked) => (isCall(asked) ? 'denied' : null) },
  callsInItsOwnWords: {
    refused: 'every call, saying that it is for all',
    answers: (asked) => (isCall(asked) ? 'refusal_for_all' : null),
  },
  permissions: {
    refused: 'every call and every permission',
    answers: (asked) => (isCall(asked) ? 'denied' : asked.rung === 'grant' ? 'grant_refused' : null),
  },
  app: {
    refused: 'every call, every permission and our own app',
    answers: (asked) =>
      asked.rung === 'app' ? 'app_refused' : asked.rung === 'grant' ? 'grant_refused' : isCall(asked) ? 'denied' : null,
  },
  sellersCalls: {
    refused: 'every call for a seller, none without',
    answers: (asked) => (isData(asked) ? 'denied' : null),
  },
  sellersPermissions: {
    refused: 'every permission, nothing else',
    answers: (asked) => (asked.rung === 'grant' ? 'grant_refused' : null),
  },
} as const satisfies Record<string, Kind>;

export async function tell({ incident, revoked = new Map(), ...wish }: Plot): Promise<Outcome> {
  const end = incident.from + incident.minutes;
  const endFor = ({ asker }: Asked) => end + (typeof asker === 'number' ? (incident.lingers?.(asker) ?? 0) : 0);
  const answer = (asked: Asked): Answer => {
    const during = asked.minute >= incident.from && asked.minute < endFor(asked) ? incident.answers(asked) : null;
    return during ?? (asked.rung === 'grant' && isRevoked(asked, revoked) ? 'grant_refused' : 'ok');
  };
  return inSimulation({ ...wish, answer }, async (simulation) => {
    await simulation.runTo(end);
    const meanwhile = await simulation.verdicts();
    await simulation.runTo(Math.max(end, ...revoked.values()) + AFTERWARDS);
    const loud = await simulation.loud();
    const mails = await simulation.mails();
    return {
      disturbed: [...loud, ...mails].filter(({ seller }) => !revoked.has(seller)),
      found: [...revoked].flatMap(([seller, at]) => finding(simulation, { seller, since: Math.max(at, end), loud })),
      mailed: mails.map(({ seller }) => seller),
      verdicts: await simulation.verdicts(),
      meanwhile,
      questions: simulation.askedInMinute.reduce((sum, asked = 0) => sum + asked, 0),
    };
  });
}

function isRevoked({ asker, minute }: Asked, revoked: ReadonlyMap<number, number>): boolean {
  return typeof asker === 'number' && minute >= (revoked.get(asker) ?? Infinity);
}

type Finding = { seller: number; since: number; loud: Awaited<ReturnType<Simulation['loud']>> };

function finding({ looks }: Simulation, { seller, since, loud }: Finding): Outcome['found'] {
  const told = loud.filter((event) => event.seller === seller && event.what === 'store.needs_reconnect');
  return told.map(({ minute }) => ({
    seller,
    looks: looks.filter((look) => look.seller === seller && look.minute >= since && look.minute <= minute).length,
    minutes: minute - since,
  }));
}

/** `count` sellers spread evenly over the crowd, who leave one after the other while it lasts. */
export function leaving(count: number, { stores, from, minutes }: { stores: number; from: number; minutes: number }) {
  const each = Array.from({ length: count }, (_, i) => i + 0.5);
  return new Map(each.map((i) => [Math.floor((i * stores) / count), from + (i * minutes) / count]));
}

/** These and nobody else: one event and one mail each, within two looks, and the others are connected in the end. */
export function expectFound(outcome: Outcome, sellers: Iterable<number>): void {
  const expected = [...sellers].toSorted((a, b) => a - b);
  expect(outcome.disturbed).toEqual([]);
  expect(outcome.mailed.toSorted((a, b) => a - b)).toEqual(expected);
  expect(outcome.found.map(({ seller }) => seller).toSorted((a, b) => a - b)).toEqual(expected);
  expect(outcome.found.filter(({ looks }) => looks > 2)).toEqual([]);
  const { connected = 0, reconnect = 0, ...others } = outcome.verdicts;
  expect({ reconnect, others, some: connected + reconnect > 0 }).toEqual({
    reconnect: expected.length,
    others: {},
    some: true,
  });
}
