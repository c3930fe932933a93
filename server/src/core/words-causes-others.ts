/** English, continued: causes that no seller can put right. Every one of them says that there is nothing to do. */
import type { Cause } from './diagnosis.ts';
import type { CauseText } from './words-causes.ts';

const STAYS = 'Your permission and your data here stay as they are.';
const NOTHING_TO_DO = 'Nothing for you to do.';
const WE_LOOK = 'Nothing for you to do; we go on looking.';
const LATER = 'Nothing was changed at {label}. What you entered is kept.';
const WE_TELL = 'Nothing for you to do; continue as soon as we have put it right.';

export const OTHER_CAUSES = {
  'app.secret_expired': {
    sentence: 'We are fixing it. Our key at {label} ran out; your store is fine.',
    row: 'Our key at {label} ran out; your store is fine.',
    means: STAYS,
    next: NOTHING_TO_DO,
    notice: 'Our key at {label} ran out; we are fixing it.',
    subject: 'we are fixing it',
  },
  'app.secret_expiring': {
    sentence: 'Our key at {label} is due for renewal; your store is fine.',
    means: STAYS,
    next: NOTHING_TO_DO,
    notice: 'Our key at {label} is due for renewal.',
    subject: 'our key is due for renewal',
  },
  'app.key_unknown': {
    sentence: 'We are fixing it. {label} does not know our key any more; your store is fine.',
    row: '{label} does not know our key any more; your store is fine.',
    means: STAYS,
    next: NOTHING_TO_DO,
    notice: '{label} does not know our key any more; we are fixing it.',
    subject: 'we are fixing it',
  },
  'app.secret_wrong': {
    sentence: 'We are fixing it. We sign our calls to {label} wrongly; your store is fine.',
    row: 'We sign our calls to {label} wrongly; your store is fine.',
    means: STAYS,
    next: NOTHING_TO_DO,
    notice: 'We sign our calls to {label} wrongly; we are fixing it.',
    subject: 'we are fixing it',
  },
  'app.mws_dev_id_missing': {
    sentence: 'We are fixing it. We have no developer ID at {label} for this region yet.',
    means: LATER,
    next: WE_TELL,
    notice: 'We have no developer ID at {label} for this region yet.',
    subject: 'we are fixing it',
  },
  'app.mismatch': {
    sentence: 'We are fixing it. {label} takes our app for another one; your store is fine.',
    row: '{label} takes our app for another one; your store is fine.',
    means: STAYS,
    next: NOTHING_TO_DO,
    notice: '{label} takes our app for another one; we are fixing it.',
    subject: 'we are fixing it',
  },
  'app.suspended': {
    sentence: 'We are fixing it. {label} has stopped our app; your store is fine.',
    row: '{label} has stopped our app; your store is fine.',
    means: STAYS,
    next: NOTHING_TO_DO,
    notice: '{label} has stopped our app; we are fixing it.',
    subject: 'we are fixing it',
  },
  'app.draft': {
    sentence: 'We are fixing it. Our app is not published at {label} yet.',
    means: LATER,
    next: WE_TELL,
    notice: 'Our app is not published at {label} yet.',
    subject: 'we are fixing it',
  },
  'app.redirect_mismatch': {
    sentence: 'We are fixing it. {label} does not know the page of ours that it should lead back to.',
    means: LATER,
    next: WE_TELL,
    notice: '{label} does not know the page of ours that it should lead back to.',
    subject: 'we are fixing it',
  },
  'app.consent_limit': {
    sentence: 'We are fixing it. {label} lets our app take no more stores for now.',
    means: LATER,
    next: WE_TELL,
    notice: '{label} lets our app take no more stores for now.',
    subject: 'we are fixing it',
  },
  'mkt.outage': {
    sentence: '{label} has given no proper answer since {sinceTime}.',
    means: STAYS,
    next: WE_LOOK,
    notice: '{label} gives no proper answer at the moment.',
    subject: '{label} is not answering',
  },
  'mkt.auth_incident': {
    sentence: '{label} is refusing everyone since {sinceTime}.',
    means: STAYS,
    next: WE_LOOK,
    notice: '{label} is refusing everyone at the moment.',
    subject: '{label} is refusing everyone',
  },
  'mkt.throttle': {
    sentence: '{label} has asked us to slow down since {sinceTime}.',
    means: STAYS,
    next: 'Nothing for you to do; we ask again when {label} lets us.',
    notice: '{label} asks us to slow down at the moment.',
    subject: '{label} asks us to slow down',
  },
  'mkt.sunset': {
    sentence: '{label} has replaced the way this store is connected by a new one.',
    means: 'The connection works here as before.',
    next: 'Nothing for you to do in a hurry. Moving the store takes a minute; it keeps its name and its history.',
    notice: '{label} has replaced the way this store is connected by a new one. Moving it takes a minute.',
    subject: 'move to the new way',
  },
  'own.network': {
    sentence: 'We are fixing it. Our own network has a fault; your store is fine.',
    row: 'Our own network has a fault; your store is fine.',
    means: STAYS,
    next: NOTHING_TO_DO,
    notice: 'Our own network has a fault; we are fixing it.',
    subject: 'we are fixing it',
  },
  'own.clock': {
    sentence: 'We are fixing it. Our own clock is wrong; your store is fine.',
    row: 'Our own clock is wrong; your store is fine.',
    means: STAYS,
    next: NOTHING_TO_DO,
    notice: 'Our own clock is wrong; we are fixing it.',
    subject: 'we are fixing it',
  },
  'own.database': {
    sentence: 'We are fixing it. Our own database has a fault; your store is fine.',
    row: 'Our own database has a fault; your store is fine.',
    means: STAYS,
    next: NOTHING_TO_DO,
    notice: 'Our own database has a fault; we are fixing it.',
    subject: 'we are fixing it',
  },
  'own.credential': {
    sentence:
      'We are fixing it. We cannot open the stored credential of this store; nothing is known to be wrong with the store.',
    row: 'We cannot open the stored credential of this store.',
    means: 'The store cannot be checked until this is fixed.',
    next: NOTHING_TO_DO,
    notice: 'We cannot open the stored credential of this store; we are fixing it.',
    subject: 'we are fixing it',
  },
  'own.check': {
    sentence:
      'We are fixing it. A fault on our side keeps us from checking this store; nothing is known to be wrong with the store.',
    row: 'A fault on our side keeps us from checking this store.',
    means: 'The store cannot be checked until this is fixed.',
    next: NOTHING_TO_DO,
    notice: 'A fault on our side keeps us from checking this store; we are fixing it.',
    subject: 'we are fixing it',
  },
  unknown: {
    sentence: '{label} gave an answer we do not know.',
    means: 'We are looking into it; your store keeps its status.',
    next: NOTHING_TO_DO,
    notice: '{label} gave an answer we do not know; we are looking into it.',
    subject: 'we are looking into it',
  },
} as const satisfies Partial<Record<Cause, CauseText>>;
