/**
 * What a person does at Amazon for each cause, with the labels of Seller Central as they stood in the last years of MWS
 * (User Permissions, Third party developer and apps, Manage your apps), and the developer's row as it is drawn beside the
 * steps. A permission that ran out comes back with the same token; one that was switched off brings a new one.
 */
import type { MwsApp } from '../../core/access.ts';
import type { Cause } from '../../core/diagnosis.ts';
import {
  APPEAL,
  BANK,
  CONFIRM,
  CONSENT,
  drawGuide,
  NOT_OWNER,
  NOTHING,
  ONE_SITE,
  OTHER_STORE,
  PAYMENTS,
  REACTIVATE,
  REMOVE_AND_CONNECT,
  SIGN_IN_BY_CONTINUE,
} from '../amazon-guide.ts';
import type { Plan } from '../amazon-guide.ts';
import type { Guide, GuideRequest } from '../connector.ts';

const TO_MANAGE_YOUR_APPS =
  'Sign in to Seller Central as the store’s *primary user*. Under *Settings*, open *User Permissions*, find *Third party developer and apps* and click [Visit Manage Your Apps].';
const ACCEPT = 'Confirm the developer details and accept the terms.';
const BRING_BOTH =
  'Amazon shows the *Seller ID* and the *MWS Auth Token*. Save both, come back here and choose *Reconnect manually using MWS auth token*.';
const SHORT_WAY =
  'The short way: click [Continue], sign in as the store’s *primary user*, tick the box and click [Confirm]. Nothing is to be copied.';

const RENEW: Plan = {
  way: 'apps',
  title: 'Three clicks at Amazon',
  steps: [
    { say: TO_MANAGE_YOUR_APPS },
    { say: 'On *Manage your apps*, find {app} with the ID {id} and click [Renew].', row: true },
    { say: 'Come back here. The same token works again, so nothing is to be copied; Amazon can take some minutes.' },
  ],
  row: { status: 'Expired', button: 'Renew', dated: true },
};

const DISABLED: Plan['row'] = { status: 'Disabled', button: 'Enable', dated: false };

const ENABLE: Plan = {
  way: 'apps',
  title: 'Switch it on at Amazon, then bring both values here',
  steps: [
    { say: TO_MANAGE_YOUR_APPS },
    { say: 'On *Manage your apps*, find {app} with the ID {id} and click [Enable].', row: true },
    { say: ACCEPT },
    { say: BRING_BOTH },
  ],
  row: DISABLED,
};

/** Consent by the hybrid application gives the new token by itself: no visit to Manage your apps is needed. */
const CONSENT_OR_ENABLE: Plan = {
  way: 'consent',
  title: 'Two clicks at Amazon',
  steps: [
    { say: SIGN_IN_BY_CONTINUE },
    { say: CONFIRM },
    {
      say: 'By hand instead: on *Manage your apps*, find {app} and click [Enable], confirm the developer details and accept the terms.',
      row: true,
    },
    { say: BRING_BOTH },
  ],
  row: DISABLED,
};

const AUTHORIZE_HERE =
  'On *Manage your apps*, click [Authorize new developer] and enter exactly this: *Developer’s Name* {app}, *Developer ID* {id}. Click [Next].';

const AUTHORIZE: Plan = {
  way: 'apps',
  title: 'Authorize the developer at Amazon, then bring both values here',
  steps: [
    { say: TO_MANAGE_YOUR_APPS },
    { say: AUTHORIZE_HERE },
    { say: 'Tick the box and click [Next].' },
    { say: BRING_BOTH },
  ],
  row: null,
};

const COPY_AGAIN: Plan = {
  way: 'apps',
  title: 'Copy both values again, from the same page',
  steps: [
    { say: TO_MANAGE_YOUR_APPS },
    { say: AUTHORIZE_HERE },
    { say: 'Tick the box and click [Next]. Amazon shows the *Seller ID* and the *MWS Auth Token* on one page.' },
    { say: 'Copy both from that page, come back here and choose *Reconnect manually using MWS auth token*.' },
  ],
  row: null,
};

/** The same by hand, in two steps, behind the short way. */
const orByConsent = (plan: Plan): Plan => ({
  way: 'consent',
  title: plan.title,
  steps: [
    { say: SHORT_WAY },
    {
      say: 'By hand: on *Manage your apps*, click [Authorize new developer] and enter exactly this: *Developer’s Name* {app}, *Developer ID* {id}. Click [Next], tick the box and click [Next].',
    },
    {
      say: 'Copy the *Seller ID* and the *MWS Auth Token* from the same page, come back here and choose *Reconnect manually using MWS auth token*.',
    },
  ],
  row: null,
});

const REMOVE_AND_ENABLE: Plan = {
  way: 'apps',
  title: 'Switch it off at Amazon, then on again',
  steps: [
    { say: TO_MANAGE_YOUR_APPS },
    { say: 'On *Manage your apps*, find {app} with the ID {id} and click [Disable]. Wait five minutes.', row: true },
    { say: 'Click [Enable], confirm the developer details and accept the terms.' },
    { say: BRING_BOTH },
  ],
  row: { status: 'Active', button: 'Disable', dated: true },
};

const OTHER_STORE_BY_HAND: Plan = {
  ...COPY_AGAIN,
  title: 'Copy both values of the right store',
  steps: [
    { say: 'Sign out of Seller Central first, or use a private window.' },
    { say: 'Sign in as the *primary user* of this store and open *Manage your apps*.' },
    ...AUTHORIZE.steps.slice(1, 2),
    { say: `Tick the box and click [Next]. ${BRING_BOTH}` },
  ],
};

const NOT_OWNER_BY_HAND: Plan = {
  way: 'apps',
  title: 'The store’s primary user has to do this',
  steps: [
    { say: 'Find out who it is: in Seller Central, *User Permissions* names the *primary user*.' },
    { say: 'Send this link to that person. Nothing else is needed, no account here either.' },
    { say: AUTHORIZE_HERE },
    { say: `Tick the box and click [Next]. ${BRING_BOTH}` },
  ],
  row: null,
};

/** With a hybrid application Continue does the work; without one everything goes by hand. */
type Ways = Plan | { hybrid: Plan; byHand: Plan };

const GUIDES: Readonly<Record<Cause, Ways>> = {
  'grant.expiring': { ...RENEW, row: { status: 'Active', button: 'Renew', dated: true } },
  'grant.expired': RENEW,
  'grant.revoked': { hybrid: CONSENT_OR_ENABLE, byHand: ENABLE },
  'grant.half_open': { hybrid: REMOVE_AND_CONNECT, byHand: REMOVE_AND_ENABLE },
  'grant.superseded': { hybrid: CONSENT, byHand: AUTHORIZE },
  'grant.role_missing': NOTHING,
  'grant.abandoned': { hybrid: CONSENT, byHand: AUTHORIZE },
  'grant.denied': { hybrid: CONSENT, byHand: AUTHORIZE },
  'grant.not_owner': { hybrid: NOT_OWNER, byHand: NOT_OWNER_BY_HAND },
  'cred.malformed': { hybrid: orByConsent(COPY_AGAIN), byHand: COPY_AGAIN },
  'cred.wrong_pair': { hybrid: orByConsent(COPY_AGAIN), byHand: COPY_AGAIN },
  'cred.wrong_region': NOTHING,
  'cred.wrong_app': { hybrid: orByConsent(AUTHORIZE), byHand: AUTHORIZE },
  'cred.wrong_store': { hybrid: OTHER_STORE, byHand: OTHER_STORE_BY_HAND },
  'cred.unproven': { hybrid: CONSENT, byHand: AUTHORIZE },
  'store.inactive': REACTIVATE,
  'store.deactivated': APPEAL,
  'store.at_risk': APPEAL,
  'store.closed': NOTHING,
  'store.listings_suspended': NOTHING,
  'store.site_refused': ONE_SITE,
  'store.payouts_disabled': BANK,
  'store.identity_unverified': NOTHING,
  'store.duplicate': NOTHING,
  'data.silent_empty': PAYMENTS,
  'app.secret_expired': NOTHING,
  'app.secret_expiring': NOTHING,
  'app.key_unknown': NOTHING,
  'app.secret_wrong': NOTHING,
  'app.mws_dev_id_missing': NOTHING,
  'app.mismatch': NOTHING,
  'app.suspended': NOTHING,
  'app.draft': NOTHING,
  'app.redirect_mismatch': NOTHING,
  'app.consent_limit': NOTHING,
  'mkt.outage': NOTHING,
  'mkt.auth_incident': NOTHING,
  'mkt.throttle': NOTHING,
  'mkt.sunset': NOTHING,
  'own.network': NOTHING,
  'own.clock': NOTHING,
  'own.interrupted': { hybrid: CONSENT, byHand: AUTHORIZE },
  'own.database': NOTHING,
  'own.credential': NOTHING,
  'own.check': NOTHING,
  unknown: NOTHING,
};

export function guide(request: GuideRequest<MwsApp>, mapUrl: (realUrl: string) => string): Guide {
  const listed = GUIDES[request.cause];
  const plan = 'hybrid' in listed ? listed[request.app.hybrid === null ? 'byHand' : 'hybrid'] : listed;
  return drawGuide(plan, request, mapUrl);
}
