/** English for what concerns whose store it is: see words-causes.ts for the places. */
import type { Cause } from './diagnosis.ts';
import type { CauseText } from './words-causes.ts';

export const IDENTITY_CAUSES = {
  'grant.superseded': {
    sentence:
      'The seller gave this permission again through another workspace on this server, and {label} ended the one used here.',
    means: 'Nobody took access away. Your history and your settings stay as they are.',
    next: 'To go on here, sign in at {label} as the store’s primary user and confirm once more. The other workspace may then have to do the same.',
    notice: 'The permission was given again through another workspace on this server.',
    subject: 'the permission was given again elsewhere',
  },
  'cred.unproven': {
    sentence: '{label} accepted the permission but named no seller for it.',
    means: 'So it cannot be compared with the seller of this store. What worked before is kept.',
    next: 'A member of the account can sign in to Storekeeper and reconnect the store there. {label} names the seller once there is a payout or a sale.',
    notice: '{label} accepted the permission but named no seller for it.',
    subject: 'the seller could not be verified',
  },
  'store.identity_unverified': {
    sentence: '{label} has not named the seller of this store yet.',
    means: 'The connection works. The seller ID counts as soon as {label} names it.',
    next: 'Nothing for you to do.',
    notice: '{label} has not named the seller yet, so the seller ID is not verified.',
    subject: '{label} has not named the seller yet',
  },
  'store.duplicate': {
    sentence: 'This seller is connected in this account a second time, as another store.',
    means: 'The connection works. Payouts may be counted twice.',
    next: 'Remove one of the two stores.',
    notice: 'This seller is connected in this account a second time, as another store.',
    subject: 'the seller is connected twice',
  },
} as const satisfies Partial<Record<Cause, CauseText>>;
