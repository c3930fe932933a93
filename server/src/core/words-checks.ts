/** English for the three checks of the repair dialog. A check that was not tested never passes: it "cannot be asked". */

export type CheckResult = 'passed' | 'failed' | 'cannot_be_asked' | 'waiting' | 'running';

/** `evidence`: the first text whose places are all known; when none is, the check has not been told yet. */
export type CheckText = { result: CheckResult; word: string; evidence: readonly string[] };

const CANNOT = 'Cannot be asked';
const WORKED = ['Working when last seen, {lastSeen}.'] as const;

export const CHECK_TITLES = {
  developer_access: 'Developer access',
  seller_id_and_token: 'Seller ID and token',
  store_active: 'Store active',
} as const;

/** Said where a good answer is missing that would have to be there. */
export const NOT_TOLD: CheckText = {
  result: 'cannot_be_asked',
  word: CANNOT,
  evidence: ['{label} has not told this yet.'],
};

const REFUSED_SINCE = [
  'Given {given}. {label} has refused it since {sinceTime}.',
  '{label} has refused it since {sinceTime}.',
  '{label} refuses it.',
] as const;

export const ACCESS_TEXTS = {
  working: { result: 'passed', word: 'Working', evidence: ['Accepted by {label} {lastOk}.'] },
  answering: { result: 'passed', word: 'Working', evidence: ['{label} answers with it.'] },
  partly: { result: 'passed', word: 'Working', evidence: ['{label} accepts it, but does not share {kind}.'] },
  emptied: {
    result: 'cannot_be_asked',
    word: 'Unclear',
    evidence: ['{label} accepts it and answers without {kind}, where there always were some.'],
  },
  ending: { result: 'passed', word: 'Working', evidence: ['Given {given}; {left} left, an estimate.'] },
  expired: { result: 'failed', word: 'Expired', evidence: REFUSED_SINCE },
  revoked: { result: 'failed', word: 'Switched off', evidence: REFUSED_SINCE },
  superseded: {
    result: 'failed',
    word: 'Given again elsewhere',
    evidence: ['The seller gave a newer permission through another workspace on this server.'],
  },
  expired_or_revoked: { result: 'failed', word: 'Expired or switched off', evidence: REFUSED_SINCE },
  lost: {
    result: 'failed',
    word: 'Lost by us',
    evidence: ['We lost the token on our side. Given again, it works.'],
  },
  half_open: {
    result: 'failed',
    word: 'Lets nothing through',
    evidence: ['{label} accepts the permission and refuses every call.'],
  },
  refuses_all: {
    result: 'cannot_be_asked',
    word: 'Unclear',
    evidence: ['{label} refuses every call and gives no reason.'],
  },
  role_missing: {
    result: 'cannot_be_asked',
    word: 'Not shared yet',
    evidence: ['Our app must ask {label} first; that is not about the store.'],
  },
  other_token: {
    result: 'cannot_be_asked',
    word: CANNOT,
    evidence: ['The token is not this store’s, so it tells nothing about this one.'],
  },
  not_given: { result: 'waiting', word: 'Not given yet', evidence: ['The permission at {label} is still missing.'] },
  not_asked: { result: 'waiting', word: 'Not asked yet', evidence: ['The token comes first.'] },
  running: { result: 'running', word: 'Asking', evidence: ['We are asking {label} now.'] },
  looking: {
    result: 'running',
    word: 'Looking again',
    evidence: ['One odd answer. Working when last seen, {lastSeen}.', 'One odd answer.'],
  },
  weather: {
    result: 'cannot_be_asked',
    word: CANNOT,
    evidence: [`{label} gives nobody a proper answer. ${WORKED[0]}`, '{label} gives nobody a proper answer.'],
  },
  ours: {
    result: 'cannot_be_asked',
    word: CANNOT,
    evidence: [`The fault is ours, not the store’s. ${WORKED[0]}`, 'The fault is ours, not the store’s.'],
  },
  strange: {
    result: 'cannot_be_asked',
    word: 'Unclear',
    evidence: [`{label} gave an answer we do not know. ${WORKED[0]}`, '{label} gave an answer we do not know.'],
  },
  away: {
    result: 'cannot_be_asked',
    word: 'Not asked',
    evidence: [`We do not look at this store now. ${WORKED[0]}`, 'We do not look at this store now.'],
  },
} as const satisfies Record<string, CheckText>;

const PAIR_WORKED = 'The same pair worked until {lastOkLong}.';

export const PAIR_TEXTS = {
  right: { result: 'passed', word: 'Right', evidence: ['Accepted by {label} {lastOk}, for the seller {seller}.'] },
  unchanged: { result: 'passed', word: 'Unchanged', evidence: [PAIR_WORKED] },
  other_store: {
    result: 'failed',
    word: 'Token of another store',
    evidence: [
      '{label} accepted the token for another seller than {seller}.',
      '{label} accepted it for another seller.',
    ],
  },
  not_accepted: {
    result: 'failed',
    word: 'Not accepted',
    evidence: ['{label} does not know this token for our app.'],
  },
  other_app: {
    result: 'failed',
    word: 'Token of another app',
    evidence: ['{label} says that the token was given to another app.'],
  },
  malformed: { result: 'failed', word: 'Not complete', evidence: ['The token was not sent to {label}.'] },
  unclear: {
    result: 'cannot_be_asked',
    word: 'Unclear',
    evidence: [`${PAIR_WORKED} {label} does not say why it refuses it now.`, '{label} does not say why it refuses it.'],
  },
  with_permission: { result: 'waiting', word: 'Not there yet', evidence: ['Both come with the permission.'] },
  running: { result: 'running', word: 'Asking', evidence: ['We are asking {label} now.'] },
  kept: { result: 'cannot_be_asked', word: CANNOT, evidence: [PAIR_WORKED, '{label} has not accepted it yet.'] },
} as const satisfies Record<string, CheckText>;

const ACTIVE_THEN = 'Active when last seen, {lastActive}.';

export const ACTIVE_TEXTS = {
  active: { result: 'passed', word: 'Active', evidence: ['{selling}'] },
  inactive: {
    result: 'failed',
    word: 'Inactive',
    evidence: ['None of its {sites} sites is selling at {label}.', 'No site of it is selling at {label}.'],
  },
  deactivated: { result: 'failed', word: 'Deactivated', evidence: ['{label} deactivated it.'] },
  closed: { result: 'failed', word: 'Closed', evidence: ['It was closed at {label}.'] },
  perhaps_deactivated: {
    result: 'cannot_be_asked',
    word: CANNOT,
    evidence: [
      `{label} gives the same answer for a deactivated store. ${ACTIVE_THEN}`,
      '{label} gives the same answer for a deactivated store.',
    ],
  },
  perhaps_closed: {
    result: 'cannot_be_asked',
    word: CANNOT,
    evidence: [
      `{label} gives the same answer for a closed store. ${ACTIVE_THEN}`,
      '{label} gives the same answer for a closed store.',
    ],
  },
  access_off: {
    result: 'cannot_be_asked',
    word: CANNOT,
    evidence: [
      `{label} does not tell while access is off. ${ACTIVE_THEN}`,
      '{label} does not tell while access is off.',
    ],
  },
  not_asked: { result: 'waiting', word: 'Not asked yet', evidence: ['{label} tells it once access is given.'] },
  running: { result: 'running', word: 'Asking', evidence: ['We are asking {label} now.'] },
  kept: { result: 'cannot_be_asked', word: CANNOT, evidence: [ACTIVE_THEN, '{label} does not tell it now.'] },
} as const satisfies Record<string, CheckText>;

/** What is said about the sites. */
export const SITE_WORDS = {
  one: 'Its one site is selling',
  many: '{n} of {of} sites selling',
  none: 'no suspended listings',
  suspendedOne: 'with suspended listings',
  suspended: 'listings suspended on {n}',
} as const;
