/** What the sender sees of a hand-off: the steps that happened with their times, and those that are still to come. Pure. */
import type { HandOffBody } from '../../../server/src/http/contract/hand-off.ts';
import { timeOfLook } from '../words/dates.ts';

type Kind = HandOffBody['steps'][number]['kind'];
export type ShownStep = {
  key: string;
  words: string;
  /** When it happened; null while it is still to come. */
  at: string | null;
  /** `done` went as it should, `stopped` did not, `now` is what we wait for, `later` comes after it. */
  how: 'done' | 'stopped' | 'now' | 'later';
};

const HAPPENED = {
  opened: 'Opened by somebody',
  left: 'Went to Amazon',
  back: 'Confirmed there and came back',
  checking: 'Permission arrived, we check the store',
  green: 'Green',
  refused: 'Declined at Amazon; nothing was changed',
  not_owner: 'Says: not the owner. The link goes on working for the owner',
  wrong_store: 'Signed in to another store; nothing was changed on either',
  failed: 'Amazon did not let us through; the cause stands beside the store',
  not_back: 'Did not come back from Amazon; perhaps not signed in as the primary user',
  revoked: 'Revoked: the link does not work any more',
} as const satisfies Record<Kind, string>;

/** The way as it should go, in its order. */
const TO_COME = [
  { kind: 'opened', words: 'Opens the link' },
  { kind: 'left', words: 'Goes to Amazon' },
  { kind: 'back', words: 'Confirms there and comes back' },
  { kind: 'checking', words: 'We check the store' },
  { kind: 'green', words: 'Green' },
] as const satisfies { kind: Kind; words: string }[];

const WENT_WELL: readonly Kind[] = TO_COME.map(({ kind }) => kind);
const OVER: readonly HandOffBody['state'][] = ['green', 'revoked', 'expired'];

export function isOpen({ state }: Pick<HandOffBody, 'state'>): boolean {
  return !OVER.includes(state);
}

/** Oldest first. After a stop the way begins anew with the trip to Amazon. */
export function stepsShown(handOff: Pick<HandOffBody, 'state' | 'steps' | 'created_at' | 'expires_at'>): ShownStep[] {
  const happened: ShownStep[] = [
    { key: 'made', words: 'Link made', at: handOff.created_at, how: 'done' },
    ...handOff.steps.map(({ kind, at }, place) => ({
      key: `${place}-${kind}`,
      words: HAPPENED[kind],
      at,
      how: WENT_WELL.includes(kind) ? ('done' as const) : ('stopped' as const),
    })),
  ];
  if (handOff.state === 'expired') {
    return [...happened, { key: 'expired', words: 'Its time ran out', at: handOff.expires_at, how: 'stopped' }];
  }
  return isOpen(handOff) ? [...happened, ...toCome(handOff.state)] : happened;
}

function toCome(state: HandOffBody['state']): ShownStep[] {
  const place = TO_COME.findIndex(({ kind }) => kind === state);
  const stopped = place < 0 && state !== 'made';
  const rest = TO_COME.slice(stopped ? 1 : place + 1);
  return rest.map(({ kind, words }, index) => ({
    key: `next-${kind}`,
    words,
    at: null,
    how: index === 0 ? ('now' as const) : ('later' as const),
  }));
}

/** One line for the store's page: whom we wait for, and how far they are. `now` in milliseconds. */
export function waitingLine(handOff: HandOffBody, now: number): string {
  const who = handOff.name ?? 'the owner';
  const last = handOff.steps.at(-1);
  const time = last === undefined ? '' : timeOfLook(last.at, now);
  switch (handOff.state) {
    case 'made':
      return `Waiting for ${who}; the link is not opened yet.`;
    case 'opened':
      return `Waiting for ${who}; opened ${time}, not yet at Amazon.`;
    case 'left':
      return `Waiting for ${who}; at Amazon since ${time}.`;
    case 'back':
    case 'checking':
      return `Confirmed at Amazon at ${time}; we are checking the store.`;
    case 'refused':
    case 'not_owner':
    case 'wrong_store':
    case 'failed':
    case 'not_back':
      return `Waiting for ${who}; ${time}: ${lowerFirst(HAPPENED[handOff.state])}.`;
    case 'green':
    case 'revoked':
    case 'expired':
      return '';
  }
}

function lowerFirst(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
}

/** `opened 3 times, last 10:42`, once it was opened more than once. */
export function openings(handOff: HandOffBody, now: number): string | null {
  if (handOff.opened_count < 2 || handOff.last_opened_at === null) return null;
  return `opened ${handOff.opened_count} times, last ${timeOfLook(handOff.last_opened_at, now)}`;
}
