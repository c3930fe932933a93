/** Who was told what: the messages that follow from looks, and how two tellings of the same story differ. */
import type { Cause } from './diagnosis.ts';
import type { Effect } from './transition.ts';

const DAY = 86_400_000;

/** A word to a seller, or that what was told is over (`alarm_over`: waiting mails are cancelled). Instants in milliseconds. */
export type Told = {
  at: number;
  what: 'needs_reconnect' | 'blocked' | 'limited' | 'alarm_over';
  cause: Cause;
  /** When what is told of began: the same break has the same. */
  alarmSince: number;
};

/**
 * A replay counts a fault of the operator's once a day, however many stores feel it: `key` is that fault and day. (The mails are
 * one at its beginning and one at its end.)
 */
export type ToldOperator = { at: number; key: string; cause: Cause };

export type Telling = {
  at: number;
  effects: readonly Effect[];
  cohort: string;
  /** The cause in force after the look, and the alarm before it. */
  cause: Cause | null;
  before: { cause: Cause; since: number } | null;
  hasAddress: boolean;
};

export function toldToSeller({ at, effects, cause, before, hasAddress }: Telling): Told[] {
  if (!hasAddress) return [];
  return effects.flatMap((effect): Told[] => {
    if (effect.type === 'cancel_alarms')
      return before ? [{ at, what: 'alarm_over', cause: before.cause, alarmSince: before.since }] : [];
    if (effect.type === 'tell_seller' && cause)
      return [{ at, what: effect.topic, cause, alarmSince: effect.alarmSince }];
    return [];
  });
}

export function toldToOperator({ at, effects, cohort }: Telling): ToldOperator[] {
  return effects.flatMap((effect) =>
    effect.type === 'tell_operator'
      ? [{ at, key: `${placeOf(cohort, effect.cause)} ${Math.floor(at / DAY)}`, cause: effect.cause }]
      : [],
  );
}

/** Where a fault of the operator's is: an app's is one for all its regions, this machine's one for all apps. */
function placeOf(cohort: string, cause: Cause): string {
  if (cause.startsWith('own.')) return `own ${cause}`;
  const place = cause.startsWith('app.') ? cohort.slice(0, cohort.lastIndexOf(':')) : cohort;
  return `${place} ${cause}`;
}

/**
 * - `same`: told alike · `only_recorded`, `only_replayed`: told by one of the two
 * - `other_cause`: told, and of another cause or in another way · `other_time`: the same, sooner or later
 */
export type DifferenceKind = 'same' | 'only_recorded' | 'only_replayed' | 'other_cause' | 'other_time';
export type Difference = { kind: DifferenceKind; recorded: Told | null; replayed: Told | null };

type Match = { kind: DifferenceKind; alike: (a: Told, b: Told) => boolean };

/** What fits best is paired first; over and begun are never paired with each other. */
const MATCHES: readonly Match[] = [
  { kind: 'same', alike: (a, b) => a.at === b.at && a.what === b.what && a.cause === b.cause },
  { kind: 'other_time', alike: (a, b) => a.alarmSince === b.alarmSince && a.what === b.what && a.cause === b.cause },
  { kind: 'other_cause', alike: (a, b) => a.at === b.at && isOver(a) === isOver(b) },
  { kind: 'other_cause', alike: (a, b) => a.alarmSince === b.alarmSince && isOver(a) === isOver(b) },
];

/** Both lists are one store's, oldest first; so is what is given. */
export function differencesOf(recorded: readonly Told[], replayed: readonly Told[]): Difference[] {
  const differences: Difference[] = [];
  let left = recorded;
  const open = new Set(replayed);
  for (const { kind, alike } of MATCHES) {
    left = left.filter((a) => {
      const b = open.size === 0 ? undefined : [...open].find((other) => alike(a, other));
      if (!b) return true;
      open.delete(b);
      differences.push({ kind, recorded: a, replayed: b });
      return false;
    });
  }
  for (const a of left) differences.push({ kind: 'only_recorded', recorded: a, replayed: null });
  for (const b of open) differences.push({ kind: 'only_replayed', recorded: null, replayed: b });
  return differences.toSorted((a, b) => firstAt(a) - firstAt(b));
}

function firstAt({ recorded, replayed }: Difference): number {
  return Math.min(recorded?.at ?? Infinity, replayed?.at ?? Infinity);
}

function isOver({ what }: Told): boolean {
  return what === 'alarm_over';
}
