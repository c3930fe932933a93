/**
 * English, cause by cause: what a person reads (look of the words: ARCHITECTURE.md, Words). First what happened with its
 * date, then what to do, then what stays safe. Codes never stand here; what the reader cannot fix says so.
 * Places: label, store, app, since, sinceTime, ranOut, early, expires, left, kind, wrongHalf, developer, developerId, site.
 */
import type { Cause } from './diagnosis.ts';
import { IDENTITY_CAUSES } from './words-causes-identity.ts';
import { OTHER_CAUSES } from './words-causes-others.ts';

export type CauseText = {
  /** What happened. */
  sentence: string;
  /** Said instead of `sentence` while one of its facts is not known. */
  vague?: string;
  /** Said in a row, where the status above it has said a part already. */
  row?: string;
  /** What it means and what stays safe. */
  means: string;
  /** What to do, or that there is nothing to do. */
  next: string;
  /** The same where a seller authorizes a developer by its ID (places developer, developerId, site). */
  nextByDeveloper?: string;
  /** Said instead of `next` while the store was never connected: there is no row yet that could turn green. */
  first?: string;
  /** One sentence without dates, for a list of things worth knowing. */
  notice: string;
  /** The end of a mail's subject, after the store's name. */
  subject: string;
  /** True where `sentence` says what was seen, not why: it stays true whichever of several causes it is. */
  observed?: true;
  /** The cause as a part of "Either … or …", standing first or later, and what to do first while it is not the only one. */
  either?: { first: string; later: string; next: string };
};

const NOTHING_CHANGED = 'Nothing was connected and nothing was changed at {label}.';
const STAYS = 'Your history and your settings stay as they are.';
const KEPT = 'Nothing was changed here; what worked before is kept.';
const NOTHING_TO_DO = 'Nothing for you to do.';
const CONFIRM_AGAIN =
  'Sign in at {label} as the store’s primary user and confirm the permission again. The store turns green by itself.';
const CONFIRM_FIRST =
  'Confirm the permission at {label} as the store’s primary user, then connect again here: by that confirmation, or with the new token.';
const HALF_OPEN = 'Remove {app} there, wait five minutes, connect again.';
const ASK_FOR_ROLE =
  'We must ask {label} for that first; afterwards you confirm once more. Until then there is nothing for you to do.';

const GRANT_CAUSES = {
  'grant.expiring': {
    sentence: 'Renew before {expires} (an estimate).',
    vague: 'Renew the yearly permission soon; its exact day is not known.',
    row: '{left} left, an estimate.',
    means: 'One click, and the year starts anew that day.',
    next: 'Sign in at {label} as the store’s primary user and renew the permission. The reminders stop as soon as it is seen.',
    notice: 'The yearly permission ends soon.',
    subject: 'renew soon',
  },
  'grant.expired': {
    sentence: '{label}’s yearly permission for this store ran out on {ranOut}.',
    means: `Renewing it takes a minute. ${STAYS}`,
    next: 'Sign in at {label} as the store’s primary user and renew the permission. The store turns green by itself.',
    first: CONFIRM_FIRST,
    notice: 'The yearly permission ran out.',
    subject: 'renew at {label}',
    either: { first: 'the permission ran out', later: 'it ran out', next: CONFIRM_AGAIN },
  },
  'grant.revoked': {
    sentence: 'Access was switched off at {label} on {since}, {early}.',
    vague: 'Access was switched off at {label} on {since}.',
    means: `Switching it on again takes a minute. ${STAYS}`,
    next: CONFIRM_AGAIN,
    first: CONFIRM_FIRST,
    notice: 'Access was switched off at {label}.',
    subject: 'access was switched off',
    either: { first: 'the permission was switched off', later: 'it was switched off', next: CONFIRM_AGAIN },
  },
  'grant.half_open': {
    sentence: '{label} took your permission but lets no call through.',
    means:
      'This happens when the same app was given and removed before. Your account at {label} and your listings are not affected.',
    next: HALF_OPEN,
    notice: '{label} took the permission but lets no call through.',
    subject: '{label} lets no call through',
    observed: true,
    either: { first: 'the permission came through only half', later: 'it came through only half', next: HALF_OPEN },
  },
  'grant.role_missing': {
    sentence: '{label} shares everything but {kind}.',
    vague: '{label} took your permission but does not share its data with our app.',
    means: 'Your permission and your data here stay as they are.',
    next: ASK_FOR_ROLE,
    notice: '{label} does not share everything that we ask for.',
    subject: '{label} does not share everything',
    observed: true,
    either: { first: 'our app lacks a role at {label}', later: 'our app lacks a role at {label}', next: ASK_FOR_ROLE },
  },
  'grant.abandoned': {
    sentence: 'You left {label}’s permission page before confirming.',
    means: NOTHING_CHANGED,
    next: 'Continue where you stopped. It takes a minute.',
    notice: '{label}’s permission page was left before confirming.',
    subject: 'finish connecting',
  },
  'grant.denied': {
    sentence: 'The permission was declined at {label}.',
    means: NOTHING_CHANGED,
    next: 'Confirm it whenever you are ready. It lets us read payouts, balances and reports, and change nothing.',
    notice: 'The permission was declined at {label}.',
    subject: 'finish connecting',
  },
  'own.interrupted': {
    sentence: 'We lost the permission that you gave at {label}.',
    means: 'That is our fault, not yours. What you entered is kept.',
    next: 'A confirmation counts once, so confirm at {label} once more. It takes a minute.',
    notice: 'We lost a permission that was given at {label}.',
    subject: 'confirm once more',
  },
  'grant.not_owner': {
    sentence: 'Only the store’s primary user can confirm.',
    means: NOTHING_CHANGED,
    next: 'Send this link to that person.',
    notice: 'Only the store’s primary user can confirm.',
    subject: 'its primary user has to confirm',
  },
} as const satisfies Partial<Record<Cause, CauseText>>;

const CREDENTIAL_CAUSES = {
  'cred.malformed': {
    sentence: 'The token is not complete, or something stands in it that does not belong there.',
    means: 'Nothing was saved, and {label} was not asked.',
    next: 'Copy it again in one go.',
    notice: 'The token is not complete.',
    subject: 'the token is not complete',
  },
  'cred.wrong_pair': {
    sentence: '{wrongHalf}',
    vague: 'Seller ID and token do not belong together.',
    means: KEPT,
    next: 'Copy both from the same page.',
    nextByDeveloper:
      'Copy both from the same page: the one that follows Authorize new developer, with {developer} and the ID {developerId} for {site}.',
    notice: 'Seller ID and token do not belong together.',
    subject: 'the token belongs to another store',
    either: {
      first: 'the token is not this store’s',
      later: 'the token is not this store’s',
      next: 'Confirm at {label} as the store’s primary user, or copy seller ID and token again from the same page.',
    },
  },
  'cred.wrong_region': {
    sentence: 'This store lives in another region of {label}; we corrected that.',
    means: 'Everything is read from the right region now.',
    next: NOTHING_TO_DO,
    notice: 'This store lives in another region than the site that was chosen; we corrected that.',
    subject: 'its region was corrected',
  },
  'cred.wrong_app': {
    sentence: 'The token was given to another app than ours.',
    means: KEPT,
    next: 'Confirm once at {label} and the right one comes by itself, or copy the token that was given to {app}.',
    nextByDeveloper:
      'For {site}, authorize exactly this developer at {label}: {developer}, ID {developerId}. Then copy seller ID and token from the page that follows.',
    notice: 'The token was given to another app than ours.',
    subject: 'the token was given to another app',
    either: {
      first: 'the token was never given to our app',
      later: 'it was given to another app than ours',
      next: 'Confirm once at {label} as the store’s primary user, or copy seller ID and token again from the same page.',
    },
  },
  'cred.wrong_store': {
    sentence: 'You signed in to another store at {label}.',
    means: 'Nothing was changed on either.',
    next: 'Sign out at {label} first, or use a private window, and try again. Or connect the other store as a new one.',
    notice: 'The sign-in at {label} was for another store.',
    subject: 'you signed in to another store',
  },
} as const satisfies Partial<Record<Cause, CauseText>>;

const STORE_CAUSES = {
  'store.inactive': {
    sentence: 'None of the store’s sites is selling at {label}. Reconnecting will not help.',
    means: 'The permission works, and your data here is kept.',
    next: 'Make the store active again at {label}. The row turns green by itself.',
    first: 'Make the store active again at {label}, then connect it here.',
    notice: 'None of the store’s sites is selling at {label}.',
    subject: 'not selling at {label}',
  },
  'store.deactivated': {
    sentence: '{label} deactivated this store on {since}.',
    means: 'Only {label} can reopen it; your data here is kept.',
    next: 'Read at {label} why it took this step and answer it there. Reconnecting will not help.',
    notice: '{label} deactivated this store.',
    subject: 'deactivated by {label}',
    either: {
      first: '{label} deactivated the store',
      later: '{label} deactivated the store',
      next: 'Look at {label} first whether the store is open. If it is, confirm the permission again.',
    },
  },
  'store.at_risk': {
    sentence: '{label} warns that it may deactivate this store.',
    means: 'The connection works.',
    next: 'Read at {label} what it asks for and answer it there.',
    notice: '{label} warns that it may deactivate this store.',
    subject: '{label} warns that it may deactivate it',
  },
  'store.closed': {
    sentence: 'This store was closed at {label}.',
    means: 'It cannot be opened again; its history here is kept.',
    next: NOTHING_TO_DO,
    notice: 'This store was closed at {label}.',
    subject: 'closed at {label}',
    either: {
      first: 'the store was closed at {label}',
      later: 'the store was closed at {label}',
      next: 'Look at {label} first whether the store still exists. If it does, confirm the permission again.',
    },
  },
  'store.listings_suspended': {
    sentence: 'Listings are suspended on some of the store’s sites, perhaps for a vacation.',
    means: 'The connection works.',
    next: 'Look at {label} if you did not expect it.',
    notice: 'Listings are suspended on some of the store’s sites, perhaps for a vacation.',
    subject: 'some listings are suspended',
  },
  'store.site_refused': {
    sentence: '{label} refuses one of the store’s sites; the others work.',
    means: 'The connection works, and the other sites are read as before.',
    next: 'Ask Seller Support of the store’s home site at {label} what is missing there.',
    notice: '{label} refuses one of the store’s sites; the others work.',
    subject: 'one site is refused',
  },
  'store.payouts_disabled': {
    sentence: '{label} marks the coming payout as switched off or at risk.',
    means: 'The connection works.',
    next: 'Look at the deposit method at {label} and put right what is marked there.',
    notice: '{label} marks the coming payout as switched off or at risk.',
    subject: 'the coming payout is at risk',
  },
  'data.silent_empty': {
    sentence: '{label} answers and gives no {kind} any more, without refusing anything.',
    vague: '{label} answers and gives no data any more, without refusing anything.',
    means: 'Everything else goes on, and what we showed before stays as it was.',
    next: 'Look at Payments in Seller Central. If your statements are there, confirm the permission once more. If they are missing there too, ask {label}’s Seller Support: only it can say why.',
    notice: '{label} answers without data that it always gave.',
    subject: '{label} gives some data no more',
    observed: true,
  },
} as const satisfies Partial<Record<Cause, CauseText>>;

export const CAUSE_TEXTS: Readonly<Record<Cause, CauseText>> = {
  ...GRANT_CAUSES,
  ...CREDENTIAL_CAUSES,
  ...STORE_CAUSES,
  ...IDENTITY_CAUSES,
  ...OTHER_CAUSES,
} satisfies Record<Cause, CauseText>;
