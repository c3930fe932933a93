/** English for the row of a store: the words of each verdict (look of the words: ARCHITECTURE.md, Words). */
import type { Verdict } from './connection.ts';
import type { Capability } from './observation.ts';

export type VerdictText = {
  /** The words of the row. `vague` is said while one of their facts is not known. */
  status: string;
  vague?: string;
  /** True: the diagnosis, where there is one, says the rest. False: the verdict says it all. */
  diagnosed: boolean;
  /** What is said without a diagnosis; the first that can be filled. */
  sentence: readonly string[];
  means: string | null;
  next: string | null;
};

const NOTHING_TO_DO = 'Nothing for you to do.';
const STAYS = 'Your permission and your data here stay as they are.';

export const VERDICT_TEXTS = {
  setup: {
    status: 'Finish connecting',
    diagnosed: true,
    sentence: ['The permission at {label} is still missing.'],
    means: 'What you entered is kept.',
    next: 'Continue where you stopped. It takes a minute.',
  },
  verifying: {
    status: 'Checking your store',
    diagnosed: false,
    sentence: ['We are asking {label} what this permission opens.'],
    means: 'You may leave this page; the checks go on.',
    next: NOTHING_TO_DO,
  },
  connected: { status: 'Connected', diagnosed: false, sentence: [], means: null, next: null },
  expiring: {
    status: 'Renew before {expiresShort}',
    vague: 'Renew soon',
    diagnosed: true,
    sentence: ['The yearly permission at {label} ends soon.'],
    means: 'One click, and the year starts anew that day.',
    next: 'Sign in at {label} as the store’s primary user and renew the permission.',
  },
  checking: {
    status: 'Connected · checking',
    diagnosed: false,
    sentence: ['One odd answer, looking again {nextLook}.', 'One odd answer, looking again shortly.'],
    means: 'One odd answer is not a fault yet; your store keeps its status.',
    next: NOTHING_TO_DO,
  },
  held: {
    status: '{label} problem, nothing for you to do',
    diagnosed: true,
    sentence: ['{label} has a problem since {sinceTime}.'],
    means: STAYS,
    next: 'Nothing for you to do; we go on looking.',
  },
  operator_problem: {
    status: 'We are fixing it',
    diagnosed: true,
    sentence: ['The fault is ours, not your store’s.'],
    means: STAYS,
    next: NOTHING_TO_DO,
  },
  reconnect: {
    status: 'Reconnect store',
    diagnosed: true,
    sentence: ['{label} has refused this store since {sinceTime}.'],
    means: 'Your history and your settings stay as they are.',
    next: 'Sign in at {label} as the store’s primary user and confirm the permission again.',
  },
  repairing: {
    status: 'Waiting for you at {label} · step {step} of {steps}',
    vague: 'Waiting for you at {label}',
    diagnosed: true,
    sentence: ['You opened Seller Central {openedAt}. We look every few seconds.', 'We look every few seconds.'],
    means: 'This turns green by itself; you need not come back.',
    next: 'Finish the steps at {label}.',
  },
  wrong_store: {
    status: 'You signed in to another store',
    diagnosed: true,
    sentence: ['You signed in to another store at {label}.'],
    means: 'Nothing was changed on either.',
    next: 'Sign out at {label} first, or use a private window, and try again.',
  },
  store_blocked: {
    status: 'Store is inactive at {label}',
    diagnosed: true,
    sentence: ['This store is not selling at {label}. Reconnecting will not help.'],
    means: 'Your data here is kept.',
    next: 'Make the store active again at {label}. The row turns green by itself.',
  },
  limited: {
    status: 'Connected, {kind} not shared',
    vague: 'Connected, not everything shared',
    diagnosed: true,
    sentence: ['{label} does not share everything that we ask for.'],
    means: STAYS,
    next: 'We must ask {label} for that first. Until then there is nothing for you to do.',
  },
  paused: {
    status: 'Paused',
    diagnosed: false,
    sentence: ['Paused since {since}: we do not look at this store.'],
    means: 'Its permission and its history are kept.',
    next: 'Resume it whenever you like.',
  },
  closed: {
    status: 'Disconnected',
    diagnosed: false,
    sentence: ['Disconnected here on {since}.'],
    means: 'We hold no access to it any more.',
    next: 'Connect it again whenever you like.',
  },
} as const satisfies Record<Verdict, VerdictText>;

/** Some calls or all are refused while the permission is accepted, and only time tells why. */
export const WAITING = {
  sentence: [
    '{label} refuses {kind} of this store since {sinceTime} and answers all other questions.',
    '{label} refuses every call for this store since {sinceTime}, though it accepts the permission.',
  ],
  means: {
    some: 'Either {label} has a problem with some of its sellers, or our app lacks a role; it gives the same answer for both.',
    all: 'Either {label} has a problem with some of its sellers, or something happened to this store; it gives the same answer for both.',
  },
  next: 'Nothing for you to do yet. We go on looking, and it is decided {until} at the latest.',
} as const;

/** A running repair whose owner went to the marketplace by a link: whoever reads this is not the one we wait for. */
export const HANDED_OFF = {
  status: 'Waiting for the owner at {label}',
  sentence: ['The store’s owner went to {label} {openedAt}. We look every few seconds.', 'We look every few seconds.'],
  means: 'This turns green by itself.',
  next: 'Nothing for you to do until the owner has confirmed at {label}.',
} as const;

/** Kinds of data, as they stand inside a sentence. */
export const KIND_WORDS = {
  participations: 'the list of sites',
  payouts: 'payouts',
  finances: 'balances',
  reports: 'reports',
  notifications: 'live notifications',
} as const satisfies Record<Capability, string>;

/** How a sentence says that several causes stand. */
export const SEVERAL = {
  two: 'Either {first} or {others}; {label} gives the same answer for both.',
  more: 'One of {count}: {first}, {others}; {label} gives the same answer for all of them.',
  also: 'It may also be that {others}; {label} gives the same answer either way.',
  oneStepOfTwo: 'One step puts both right.',
  oneStepOfMore: 'One step puts all of them right.',
  minute: 'Confirming takes a minute. Your history and your settings stay as they are.',
  stays: 'Your history and your settings stay as they are.',
  or: ', or ',
  comma: ', ',
  orThat: ', or that ',
  counts: ['none', 'one', 'two', 'three', 'four', 'five', 'six'],
} as const;

/** Why a permission that vanished was not due: only said when the day it was given is known. */
export const EARLY = 'before its year was over';
/** Which half of a pair is wrong: only said when a cross-check told it, or the seller ID was proven before. */
export const WRONG_HALF = {
  token: 'The seller ID is right; the token belongs to another store.',
  unboundToken: 'The token belongs to another store than the seller ID.',
  seller_id: 'The seller ID belongs to a store of another region; the token does not fit it.',
} as const;
