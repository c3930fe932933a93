/**
 * What a person does at Amazon for each cause: two to four steps with Seller Central's labels exactly as they stand
 * there (SP-API documentation, "Renew Authorizations", "Revoke Authorizations", "Self-authorization"), and the row of
 * our app as it is drawn beside them. Causes that nobody but we, Amazon or time can put right have no steps.
 */
import type { AmazonApp } from '../../core/access.ts';
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
  TO_MANAGE_YOUR_APPS,
} from '../amazon-guide.ts';
import type { Plan } from '../amazon-guide.ts';
import type { Guide, GuideRequest } from '../connector.ts';

/** Starts at Amazon and comes back through our Login URI, so it needs one. */
const REAUTHORIZE: Plan = {
  way: 'apps',
  title: 'Three clicks at Amazon',
  steps: [
    { say: TO_MANAGE_YOUR_APPS },
    { say: 'On *Manage your apps*, find {app} and click [Re-authorize].', row: true },
    { say: 'Tick the box, click [Confirm], then [Login to {app} now].' },
  ],
  row: { status: 'Expired', button: 'Re-authorize', dated: true },
};

/** Consent gives new access at once; *Enable* alone may not, because the old token can stay dead. */
const ENABLE: Plan = {
  way: 'consent',
  title: 'Two clicks at Amazon',
  steps: [
    { say: SIGN_IN_BY_CONTINUE },
    { say: CONFIRM },
    {
      say: 'If Amazon shows *Manage your apps* instead, find {app}, click [Enable], tick the box, click [Confirm] and follow the page you land on.',
      row: true,
    },
  ],
  row: { status: 'Disabled', button: 'Enable', dated: false },
};

const REENTER: Plan = {
  way: 'consent',
  title: 'Let Amazon send the right token, or copy it again',
  steps: [
    {
      say: 'The short way: click [Continue], sign in as the store’s *primary user*, tick the box and click [Confirm]. Nothing is to be copied.',
    },
    {
      say: 'By hand: in Seller Central open *Apps and Services*, *Develop Apps*, click the arrow next to *Edit App* of {app}, then [Authorize].',
    },
    {
      say: 'Click [Authorize app] and copy the refresh token in one go; Amazon shows it once. Paste it here with the seller ID of the same store.',
    },
  ],
  row: null,
};

const GUIDES: Readonly<Record<Cause, Plan>> = {
  'grant.expiring': { ...REAUTHORIZE, row: { status: 'Active', button: 'Re-authorize', dated: true } },
  'grant.expired': REAUTHORIZE,
  'grant.revoked': ENABLE,
  'grant.half_open': REMOVE_AND_CONNECT,
  'grant.superseded': CONSENT,
  'grant.role_missing': NOTHING,
  'grant.abandoned': CONSENT,
  'grant.denied': CONSENT,
  'grant.not_owner': NOT_OWNER,
  'cred.malformed': REENTER,
  'cred.wrong_pair': REENTER,
  'cred.wrong_region': NOTHING,
  'cred.wrong_app': REENTER,
  'cred.wrong_store': OTHER_STORE,
  'cred.unproven': CONSENT,
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
  'own.interrupted': CONSENT,
  'own.database': NOTHING,
  'own.credential': NOTHING,
  'own.check': NOTHING,
  unknown: NOTHING,
};

/** The steps for a cause. An app without a Login URI cannot be re-authorized from Amazon's side. */
export function guide(request: GuideRequest<AmazonApp>, mapUrl: (realUrl: string) => string): Guide {
  const listed = GUIDES[request.cause];
  const deadEnd = listed.row?.button === 'Re-authorize' && request.app.loginUri === null;
  return drawGuide(deadEnd ? CONSENT : listed, request, mapUrl);
}
