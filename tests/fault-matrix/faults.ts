/** Every way in which the emulator can break the Selling Partner API and Login with Amazon, as deeds on a market. */
import type { Cause } from '../../server/src/core/diagnosis.ts';
import { APP_ID, type Market } from '../support/market.ts';
import { sellerId } from '../support/worlds.ts';

export type Deed = (market: Market) => Promise<unknown>;

/** `truth` is what was really done; where other faults give the very same answers, `twins` says which. */
export type Fault = {
  fault: string;
  breaks: Deed;
  /** Takes the fault away again. Absent where only new credentials help. */
  heals?: Deed;
};

export const CURRENT_SECRET = 'amzn1.oa2-cs.v1.current';
export const EU_HOST = 'sellingpartnerapi-eu.amazon.com';
const GERMANY = 'A1PA6795UKMFR9';
const FRANCE = 'A13V1IB3VIYZZH';

export const grantAct =
  (action: string, more: object = {}): Deed =>
  (m) =>
    m.control('POST', `/_/grants/${sellerId(0)}/${APP_ID}`, { action, ...more });

export const sellerIs =
  (patch: object): Deed =>
  (m) =>
    m.control('PATCH', `/_/sellers/${sellerId(0)}`, patch);

export const appIs =
  (patch: object): Deed =>
  (m) =>
    m.control('PATCH', `/_/apps/${APP_ID}`, patch);

export const sites = (german: object, french: object = german) => ({
  sites: [
    { marketplaceId: GERMANY, ...german },
    { marketplaceId: FRANCE, ...french },
  ],
});

const both =
  (...deeds: Deed[]): Deed =>
  async (m) => {
    for (const deed of deeds) await deed(m);
  };

/** What the seller's own permission and account can suffer, at Amazon and by Amazon. */
export const SELLER_FAULTS = {
  disabled: { fault: 'the seller disables access', breaks: grantAct('disable') },
  revived: {
    fault: 'the seller disables access, and enabling revives the old token',
    breaks: both(appIs({ revivesOldToken: true }), grantAct('disable')),
    heals: grantAct('enable'),
  },
  expired: { fault: 'the year of the permission ends', breaks: grantAct('expire') },
  renewed: {
    fault: 'the year ends, and renewing revives the old token',
    breaks: both(appIs({ revivesOldToken: true }), grantAct('expire')),
    heals: grantAct('renew'),
  },
  reauthorized: {
    fault: 'the seller gives the permission anew elsewhere, and the old token dies',
    breaks: grantAct('reauthorize'),
  },
  halfOpen: {
    fault: 'the permission is only half open',
    breaks: grantAct('half_open'),
    heals: grantAct('half_open', { on: false }),
  },
  noFinance: {
    fault: 'the permission loses the role for money',
    breaks: grantAct('drop_role', { role: 'finance' }),
  },
  noInsights: { fault: 'the permission loses the role for sites', breaks: grantAct('drop_role', { role: 'insights' }) },
  noRole: {
    fault: 'the permission loses every role',
    breaks: both(grantAct('drop_role', { role: 'finance' }), grantAct('drop_role', { role: 'insights' })),
  },
  atRisk: {
    fault: 'Amazon warns the seller',
    breaks: sellerIs({ status: 'AT_RISK' }),
    heals: sellerIs({ status: 'NORMAL' }),
  },
  deactivated: {
    fault: 'Amazon deactivates the account',
    breaks: sellerIs({ status: 'DEACTIVATED' }),
    heals: sellerIs({ status: 'NORMAL' }),
  },
  closed: {
    fault: 'the account is closed',
    breaks: sellerIs({ status: 'CLOSED' }),
    heals: sellerIs({ status: 'NORMAL' }),
  },
  oneSite: {
    fault: 'one of two sites takes part no more',
    breaks: sellerIs(sites({ participating: false }, {})),
    heals: sellerIs(sites({ participating: true }, {})),
  },
  noSite: {
    fault: 'no site takes part any more',
    breaks: sellerIs(sites({ participating: false })),
    heals: sellerIs(sites({ participating: true })),
  },
  suspended: {
    fault: 'listings are suspended on one site',
    breaks: sellerIs(sites({ suspendedListings: true }, {})),
    heals: sellerIs(sites({ suspendedListings: false }, {})),
  },
  vacation: {
    fault: 'the seller is on vacation',
    breaks: sellerIs({ vacation: true }),
    heals: sellerIs({ vacation: false }),
  },
  plan: { fault: 'the seller changes the selling plan', breaks: sellerIs({ plan: 'INDIVIDUAL' }) },
} satisfies Record<string, Fault>;

/** What the operator's app can suffer. */
export const APP_FAULTS = {
  secretReplaced: {
    fault: 'the app’s secret is replaced',
    breaks: appIs({ clientSecrets: [{ secret: 'amzn1.oa2-cs.v1.other' }] }),
    heals: appIs({ clientSecrets: [{ secret: CURRENT_SECRET }] }),
  },
  secretEnded: {
    fault: 'the app’s secret runs out',
    breaks: appIs({ clientSecrets: [{ secret: CURRENT_SECRET, expiresAt: '2026-11-23T12:00:01Z' }] }),
    heals: appIs({ clientSecrets: [{ secret: CURRENT_SECRET }] }),
  },
  clientId: {
    fault: 'the app has another client id',
    breaks: appIs({ clientId: 'amzn1.application-oa2-client.y' }),
    heals: appIs({ clientId: 'amzn1.application-oa2-client.x' }),
  },
  noFinance: {
    fault: 'the app loses the role for money',
    breaks: appIs({ roles: ['insights'] }),
    heals: appIs({ roles: ['finance', 'insights'] }),
  },
  noInsights: {
    fault: 'the app loses the role for sites',
    breaks: appIs({ roles: ['finance'] }),
    heals: appIs({ roles: ['finance', 'insights'] }),
  },
  noRole: {
    fault: 'the app loses every role',
    breaks: appIs({ roles: [] }),
    heals: appIs({ roles: ['finance', 'insights'] }),
  },
  draft: { fault: 'the app goes back to draft', breaks: appIs({ draft: true }), heals: appIs({ draft: false }) },
  noRedirect: { fault: 'the app has no redirect URI', breaks: appIs({ redirectUris: [] }) },
  otherRedirect: {
    fault: 'the app has another redirect URI',
    breaks: appIs({ redirectUris: ['http://127.0.0.1:4280/elsewhere'] }),
  },
  noLogin: { fault: 'the app has no Login URI', breaks: appIs({ loginUri: null }) },
  ineligible: { fault: 'the developer may take no authorizations', breaks: appIs({ eligible: false }) },
  full: { fault: 'the app may take no more stores', breaks: appIs({ consentLimit: 0 }) },
  renamed: { fault: 'the app gets another name', breaks: appIs({ name: 'Ledgerly' }) },
} satisfies Record<string, Fault>;

export const KINDS = [
  'auth_incident',
  'outage',
  'throttle',
  'html_503',
  'slow',
  'drop_response',
  'truncate',
  'unknown_answer',
] as const;
export type Kind = (typeof KINDS)[number];

/** Where an injected answer strikes. */
export const PLACES = {
  token: { operation: 'token' },
  participations: { operation: 'getMarketplaceParticipations' },
  payouts: { operation: 'listExpectedPayouts' },
  balances: { operation: 'listFinancialEventGroups' },
  host: { host: EU_HOST },
  everything: {},
} as const;
export type Place = keyof typeof PLACES;
export type Whom = 'one' | 'all';

export type Strike = { kind: Kind; place: Place; whom: Whom };

export function strikeFault({ kind, place, whom }: Strike): Required<Fault> {
  const match = { ...PLACES[place], ...(whom === 'one' ? { sellerId: sellerId(0) } : {}) };
  return {
    fault: `${kind} at ${place}, for ${whom}`,
    breaks: (m) => m.control('POST', '/_/faults', { match, answer: { kind } }),
    heals: (m) => m.control('DELETE', '/_/faults'),
  };
}

/** What an injected answer shows: the cause, and who has to act. Null where it is no fault at all. */
export function shownBy({ kind, place, whom }: Strike): Cause | null {
  const silent = kind === 'slow' || kind === 'drop_response';
  switch (kind) {
    case 'auth_incident':
      // One permission refused is what revoking looks like; its twin is the seller who switched access off.
      return whom === 'one' && (place === 'token' || place === 'everything') ? 'grant.revoked' : 'mkt.auth_incident';
    case 'throttle':
      // Asked too often in one place while another answers: rule R2.
      return isOneOperation(place) ? null : 'mkt.throttle';
    case 'unknown_answer':
      return 'unknown';
    case 'outage':
    case 'html_503':
    case 'slow':
    case 'drop_response':
    case 'truncate':
      return silent && place === 'everything' && whom === 'all' ? 'own.network' : 'mkt.outage';
  }
}

function isOneOperation(place: Place): boolean {
  return place === 'participations' || place === 'payouts' || place === 'balances';
}
