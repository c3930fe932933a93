/**
 * Plans for a person at Amazon, as far as every kind of app has them in common, and how a plan becomes a guide. Labels
 * stand exactly as Seller Central has them (SP-API documentation, "Renew Authorizations", "Revoke Authorizations").
 */
import type { Guide, GuidePart, GuideRequest, GuideStep } from './connector.ts';

/** One step: `*label*`, `[button]`; `{app}`, `{id}` and `{site}` are filled in; `row` draws our app's row beside it. */
type Step = { say: string; row?: true };
type Row = { status: string; button: string; dated: boolean };
export type Plan = { way: Guide['way']; title: string; steps: readonly Step[]; row: Row | null };

export const CONFIRM = 'Tick the box and click [Confirm].';
export const TO_MANAGE_YOUR_APPS =
  'Sign in to Seller Central as the store’s *primary user*. In *User Permissions*, find *Third party developer and apps* and click [Visit Manage Your Apps].';
export const SIGN_IN_BY_CONTINUE =
  'Click [Continue] and sign in to Seller Central as the store’s *primary user*. If Amazon asks, choose the site {site}.';

export const NOTHING: Plan = { way: 'none', title: 'Nothing for you to do', steps: [], row: null };

export const CONSENT: Plan = {
  way: 'consent',
  title: 'Two clicks at Amazon',
  steps: [{ say: SIGN_IN_BY_CONTINUE }, { say: CONFIRM }],
  row: null,
};

export const REMOVE_AND_CONNECT: Plan = {
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

export const OTHER_STORE: Plan = {
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

export const NOT_OWNER: Plan = {
  way: 'consent',
  title: 'The store’s primary user has to confirm',
  steps: [
    { say: 'Find out who it is: in Seller Central, *User Permissions* names the *primary user*.' },
    { say: 'Send this link to that person. Nothing else is needed, no account here either.' },
    { say: 'Are you that person? Sign out at Amazon, click [Continue] and sign in as the *primary user*.' },
  ],
  row: null,
};

export const REACTIVATE: Plan = {
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

export const APPEAL: Plan = {
  way: 'none',
  title: 'What to do at Amazon. Reconnecting will not help.',
  steps: [
    { say: 'Sign in to Seller Central of {site} as the store’s *primary user* and open *Account Health*.' },
    { say: 'Read why Amazon took this step and answer it there, with the documents it asks for.' },
    { say: 'Your data here is kept. The store turns green by itself when Amazon opens it again.' },
  ],
  row: null,
};

export const ONE_SITE: Plan = {
  way: 'none',
  title: 'Amazon has closed one site of this store. Reconnecting will not help.',
  steps: [
    {
      say: 'Sign in to Seller Central of your home marketplace as the store’s *primary user* and ask Seller Support why this site is closed to you.',
    },
    { say: 'Your other sites stay connected. This one comes back by itself when Amazon opens it again.' },
  ],
  row: null,
};

export const BANK: Plan = {
  way: 'none',
  title: 'Amazon is not paying out to this store',
  steps: [
    { say: 'Sign in to Seller Central of {site} and open *Account Info*, then *Deposit Methods*.' },
    { say: 'Put right what Amazon marks there. The connection itself is fine.' },
  ],
  row: null,
};

export const PAYMENTS: Plan = {
  way: 'none',
  title: 'Amazon answers without what it always gave',
  steps: [
    { say: 'Sign in to Seller Central of {site} as the store’s *primary user* and open *Payments*.' },
    { say: 'If your statements are there, come back and confirm the permission once more.' },
    { say: 'If they are missing there too, ask Amazon’s Seller Support: only it can say why.' },
  ],
  row: null,
};

/** The plan at the site's own Seller Central. */
export function drawGuide(plan: Plan, request: GuideRequest, mapUrl: (realUrl: string) => string): Guide {
  return {
    opens: opensAt(plan, request.site.consentHost, mapUrl),
    way: plan.way,
    title: plan.title,
    steps: plan.steps.map((step) => toStep(step, request)),
    picture: plan.row === null ? null : toPicture(plan.row, request),
  };
}

/** Where the steps begin: our row of Manage your apps, or the front page where the store itself is to be put right. */
function opensAt({ row, way, steps }: Plan, host: string, mapUrl: (realUrl: string) => string): string | null {
  if (row !== null || way === 'apps') return mapUrl(`https://${host}/apps/manage`);
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
  const pieces = step.say.split(/(\*[^*]+\*|\[[^\]]+\]|\{app\}|\{id\}|\{site\})/).filter((piece) => piece !== '');
  return { text: pieces.map((piece) => toPart(piece, request)), picture: step.row ? 'apps_row' : null };
}

function toPart(piece: string, { app, site }: GuideRequest): GuidePart {
  if (piece === '{app}') return { kind: 'label', value: app.name };
  if (piece === '{id}') return { kind: 'label', value: app.applicationId };
  if (piece === '{site}') return { kind: 'label', value: site.site };
  if (piece.startsWith('*')) return { kind: 'label', value: piece.slice(1, -1) };
  if (piece.startsWith('[')) return { kind: 'button', value: piece.slice(1, -1).replace('{app}', () => app.name) };
  return { kind: 'text', value: piece };
}
