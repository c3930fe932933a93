/**
 * What a person does at Amazon for each cause: two to four steps with Seller Central's labels exactly as they stand
 * there (SP-API documentation, "Renew Authorizations", "Revoke Authorizations", "Self-authorization"), and the row of
 * our app as it is drawn beside them. Causes that nobody but we, Amazon or time can put right have no steps.
 */
import type { Cause } from '../../core/diagnosis.ts';
import type { Guide, GuidePart, GuideRequest, GuideStep } from '../connector.ts';

/** One step: `*label*`, `[button]`; `{app}` and `{site}` are filled in; `row` draws our app's row beside it. */
type Step = { say: string; row?: true };
type Row = { status: string; button: string; dated: boolean };
type Plan = { way: Guide['way']; title: string; steps: readonly Step[]; row: Row | null };

const CONFIRM = 'Tick the box and click [Confirm].';
const TO_MANAGE_YOUR_APPS =
  'Sign in to Seller Central as the store’s *primary user*. In *User Permissions*, find *Third party developer and apps* and click [Visit Manage Your Apps].';
const SIGN_IN_BY_CONTINUE =
  'Click [Continue] and sign in to Seller Central as the store’s *primary user*. If Amazon asks, choose the site {site}.';

const NOTHING: Plan = { way: 'none', title: 'Nothing for you to do', steps: [], row: null };

const CONSENT: Plan = {
  way: 'consent',
  title: 'Two clicks at Amazon',
  steps: [{ say: SIGN_IN_BY_CONTINUE }, { say: CONFIRM }],
  row: null,
};

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

const REMOVE_AND_CONNECT: Plan = {
  way: 'apps',
  title: 'Remove it at Amazon, then connect again',
  steps: [
    { say: TO_MANAGE_YOUR_APPS },
    { say: 'On *Manage your apps*, find {app} and click [Disable].', row: true },
    { say: 'Wait five minutes.' },
    { say: 'Come back here, click [Continue], tick the box and click [Confirm].' },
  ],
  row: { status: 'Active', button: 'Disable', dated: true },
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

const OTHER_STORE: Plan = {
  way: 'consent',
  title: 'Sign in to the right store',
  steps: [
    { say: 'Sign out of Seller Central first, or use a private window.' },
    {
      say: 'Click [Continue] and sign in as the *primary user* of this store. If Amazon asks, choose the site {site}.',
    },
    { say: CONFIRM },
  ],
  row: null,
};

const NOT_OWNER: Plan = {
  way: 'consent',
  title: 'The store’s primary user has to confirm',
  steps: [
    { say: 'Find out who it is: in Seller Central, *User Permissions* names the *primary user*.' },
    { say: 'Send this link to that person. Nothing else is needed, no account here either.' },
    { say: 'Are you that person? Sign out at Amazon, click [Continue] and sign in as the *primary user*.' },
  ],
  row: null,
};

const REACTIVATE: Plan = {
  way: 'none',
  title: 'What to do at Amazon. Reconnecting will not help.',
  steps: [
    { say: 'Sign in to Seller Central of {site} as the store’s *primary user* and open *Account Info*.' },
    {
      say: 'Under *Listing Status*, make the store active again; if Amazon names something that is missing, send that first.',
    },
    { say: 'Nothing is to be done here: the store turns green by itself.' },
  ],
  row: null,
};

const APPEAL: Plan = {
  way: 'none',
  title: 'What to do at Amazon. Reconnecting will not help.',
  steps: [
    { say: 'Sign in to Seller Central of {site} as the store’s *primary user* and open *Account Health*.' },
    { say: 'Read why Amazon took this step and answer it there, with the documents it asks for.' },
    { say: 'Your data here is kept. The store turns green by itself when Amazon opens it again.' },
  ],
  row: null,
};

const BANK: Plan = {
  way: 'none',
  title: 'Amazon is not paying out to this store',
  steps: [
    { say: 'Sign in to Seller Central of {site} and open *Account Info*, then *Deposit Methods*.' },
    { say: 'Put right what Amazon marks there. The connection itself is fine.' },
  ],
  row: null,
};

const GUIDES: Readonly<Record<Cause, Plan>> = {
  'grant.expiring': { ...REAUTHORIZE, row: { status: 'Active', button: 'Re-authorize', dated: true } },
  'grant.expired': REAUTHORIZE,
  'grant.revoked': ENABLE,
  'grant.half_open': REMOVE_AND_CONNECT,
  'grant.role_missing': NOTHING,
  'grant.abandoned': CONSENT,
  'grant.denied': CONSENT,
  'grant.not_owner': NOT_OWNER,
  'cred.malformed': REENTER,
  'cred.wrong_pair': REENTER,
  'cred.wrong_region': NOTHING,
  'cred.wrong_app': REENTER,
  'cred.wrong_store': OTHER_STORE,
  'store.inactive': REACTIVATE,
  'store.deactivated': APPEAL,
  'store.at_risk': APPEAL,
  'store.closed': NOTHING,
  'store.listings_suspended': NOTHING,
  'store.payouts_disabled': BANK,
  'store.identity_unverified': NOTHING,
  'app.secret_expired': NOTHING,
  'app.secret_expiring': NOTHING,
  'app.mismatch': NOTHING,
  'app.suspended': NOTHING,
  'app.draft': NOTHING,
  'app.redirect_mismatch': NOTHING,
  'app.consent_limit': NOTHING,
  'mkt.outage': NOTHING,
  'mkt.auth_incident': NOTHING,
  'mkt.throttle': NOTHING,
  'own.network': NOTHING,
  'own.clock': NOTHING,
  'own.interrupted': CONSENT,
  'own.database': NOTHING,
  unknown: NOTHING,
};

/** The steps for a cause, at the site's own Seller Central. An app without a Login URI cannot be re-authorized from Amazon's side. */
export function guide(request: GuideRequest, mapUrl: (realUrl: string) => string): Guide {
  const { app, site } = request;
  const listed = GUIDES[request.cause];
  const deadEnd = listed.row?.button === 'Re-authorize' && app.loginUri === null;
  const plan = deadEnd ? CONSENT : listed;
  return {
    opens: opensAt(plan, site.consentHost, mapUrl),
    way: plan.way,
    title: plan.title,
    steps: plan.steps.map((step) => toStep(step, request)),
    picture: plan.row === null ? null : toPicture(plan.row, request),
  };
}

/** Where the steps begin: our app's row, or the front page where the store itself is to be put right. */
function opensAt({ row, way, steps }: Plan, host: string, mapUrl: (realUrl: string) => string): string | null {
  if (row !== null) return mapUrl(`https://${host}/apps/manage`);
  return way === 'none' && steps.length > 0 ? mapUrl(`https://${host}/home`) : null;
}

function toPicture(row: Row, { app, site, expiresAt }: GuideRequest): NonNullable<Guide['picture']> {
  return {
    host: site.consentHost,
    appName: app.name,
    appId: app.applicationId,
    status: row.status,
    date: row.dated && expiresAt !== null ? new Date(expiresAt).toISOString() : null,
    button: row.button,
  };
}

function toStep(step: Step, request: GuideRequest): GuideStep {
  // Split with the marks kept; names are filled in afterwards, so that no name can be taken for a mark.
  const pieces = step.say.split(/(\*[^*]+\*|\[[^\]]+\]|\{app\}|\{site\})/).filter((piece) => piece !== '');
  return { text: pieces.map((piece) => toPart(piece, request)), picture: step.row ? 'apps_row' : null };
}

function toPart(piece: string, { app, site }: GuideRequest): GuidePart {
  if (piece === '{app}') return { kind: 'label', value: app.name };
  if (piece === '{site}') return { kind: 'label', value: site.site };
  if (piece.startsWith('*')) return { kind: 'label', value: piece.slice(1, -1) };
  if (piece.startsWith('[')) return { kind: 'button', value: piece.slice(1, -1).replace('{app}', () => app.name) };
  return { kind: 'text', value: piece };
}
