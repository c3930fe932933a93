/** Every way in which a store on MWS breaks, as sellers and operators meet it: the right cause, owner and action, by the API. */
import { afterEach, describe, expect, test } from 'vitest';
import { eachDatabase } from '../../server/src/db/testing.ts';
import type { StoreBody } from '../../server/src/http/contract/store.ts';
import { DEVELOPERS, openMws, sellerOf, type MwsMarket, type Wish } from '../support/mws.ts';

const opened: MwsMarket[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.stop();
});

type Broken = Pick<StoreBody, 'verdict' | 'cause' | 'owner' | 'action'>;
type Row = { symptom: string; happens: (m: MwsMarket) => Promise<unknown>; shown: Broken; wish?: Partial<Wish> };

const EU = 'mws-eu.amazonservices.com';
const refuse =
  (mws: string, match: Record<string, string> = { host: EU }) =>
  (m: MwsMarket) =>
    m.control('POST', '/_/faults', { match, answer: { mws } });
const ofThisStore = (operation: string) => ({ sellerId: sellerOf(0), operation });
const developer = `/_/developers/${DEVELOPERS.eu.developerId}`;

const FINE = { cause: null, owner: 'nobody', action: 'none' } as const;

const ROWS: Row[] = [
  {
    symptom: 'the year is over',
    happens: (m) => m.advance('P266D'),
    shown: { verdict: 'reconnect', cause: 'grant.expired', owner: 'seller', action: 'renew' },
  },
  {
    symptom: 'the seller disabled the developer before its year was over',
    happens: (m) => m.atAmazon(0, 'disable'),
    shown: { verdict: 'reconnect', cause: 'grant.revoked', owner: 'seller', action: 'enable' },
  },
  {
    symptom: 'the year ends in twenty days',
    happens: (m) => m.advance('P245D'),
    shown: { verdict: 'expiring', cause: 'grant.expiring', owner: 'seller', action: 'renew' },
  },
  {
    symptom: 'Amazon deactivated the account',
    happens: (m) => m.control('PATCH', `/_/sellers/${sellerOf(0)}`, { status: 'DEACTIVATED' }),
    shown: { verdict: 'store_blocked', cause: 'store.deactivated', owner: 'seller', action: 'contact' },
  },
  {
    symptom: 'the account is no longer on the Professional plan',
    happens: (m) => m.control('PATCH', `/_/sellers/${sellerOf(0)}`, { plan: 'INDIVIDUAL' }),
    shown: { verdict: 'store_blocked', cause: 'store.deactivated', owner: 'seller', action: 'contact' },
  },
  {
    symptom: 'the seller is on vacation',
    happens: (m) => m.control('PATCH', `/_/sellers/${sellerOf(0)}`, { vacation: true }),
    shown: { verdict: 'connected', ...FINE },
  },
  {
    symptom: 'the store has left one of its sites',
    happens: (m) =>
      m.control('PATCH', `/_/sellers/${sellerOf(0)}`, {
        sites: [{ marketplaceId: 'A13V1IB3VIYZZH', participating: false }],
      }),
    shown: { verdict: 'connected', ...FINE },
  },
  {
    symptom: 'the store sells on none of its sites any more',
    happens: (m) =>
      m.control('PATCH', `/_/sellers/${sellerOf(0)}`, {
        sites: ['A1PA6795UKMFR9', 'A13V1IB3VIYZZH'].map((marketplaceId) => ({ marketplaceId, participating: false })),
      }),
    shown: { verdict: 'store_blocked', cause: 'store.inactive', owner: 'seller', action: 'reactivate' },
  },
  {
    symptom: 'one site of several is closed to the seller',
    happens: refuse('marketplace_restricted', ofThisStore('GetReportList')),
    shown: { verdict: 'connected', ...FINE },
  },
  {
    symptom: 'one section is denied for this seller',
    happens: refuse('closed', ofThisStore('ListFinancialEventGroups')),
    shown: { verdict: 'limited', cause: 'grant.role_missing', owner: 'operator', action: 'wait' },
  },
  {
    symptom: 'one section is denied to the developer, for everybody',
    happens: (m) => m.control('PATCH', developer, { closed: ['Finances'] }),
    shown: { verdict: 'operator_problem', cause: 'grant.role_missing', owner: 'operator', action: 'wait' },
  },
  {
    symptom: 'every section is denied to the developer',
    happens: (m) => m.control('PATCH', developer, { closed: ['Sellers', 'Finances', 'Reports'] }),
    shown: { verdict: 'operator_problem', cause: 'grant.role_missing', owner: 'operator', action: 'wait' },
  },
  {
    symptom: 'the developer’s key was deleted',
    happens: (m) => m.control('PATCH', developer, { accessKeyId: 'AKIAANOTHERKEY' }),
    shown: { verdict: 'operator_problem', cause: 'app.key_unknown', owner: 'operator', action: 'wait' },
  },
  {
    symptom: 'the developer’s secret is wrong',
    happens: (m) => m.control('PATCH', developer, { secretKey: 'another-secret' }),
    shown: { verdict: 'operator_problem', cause: 'app.secret_wrong', owner: 'operator', action: 'wait' },
  },
  {
    symptom: 'our clock is behind',
    happens: refuse('request_expired'),
    shown: { verdict: 'operator_problem', cause: 'own.clock', owner: 'operator', action: 'wait' },
  },
  {
    symptom: 'our clock is ahead',
    happens: refuse('request_from_future'),
    shown: { verdict: 'operator_problem', cause: 'own.clock', owner: 'operator', action: 'wait' },
  },
  {
    symptom: 'everything is throttled',
    happens: refuse('throttled'),
    shown: { verdict: 'held', cause: 'mkt.throttle', owner: 'marketplace', action: 'wait' },
  },
  {
    symptom: 'the hourly quota is used up',
    happens: refuse('quota_exceeded'),
    shown: { verdict: 'held', cause: 'mkt.throttle', owner: 'marketplace', action: 'wait' },
  },
  {
    symptom: 'one question of several is throttled',
    happens: refuse('throttled', ofThisStore('GetReportList')),
    shown: { verdict: 'connected', ...FINE },
  },
  {
    symptom: 'MWS answers 500',
    happens: refuse('internal_error'),
    shown: { verdict: 'held', cause: 'mkt.outage', owner: 'marketplace', action: 'wait' },
  },
  {
    symptom: 'MWS is unavailable',
    happens: refuse('unavailable'),
    shown: { verdict: 'held', cause: 'mkt.outage', owner: 'marketplace', action: 'wait' },
  },
  {
    symptom: 'the service says RED and refuses everybody as if permissions were gone',
    happens: async (m) => {
      await m.control('PATCH', '/_/services', { host: EU, section: 'Sellers', status: 'RED' });
      await refuse('access_denied')(m);
    },
    shown: { verdict: 'held', cause: 'mkt.outage', owner: 'marketplace', action: 'wait' },
  },
  {
    symptom: 'the service says RED and answers all the same',
    happens: (m) => m.control('PATCH', '/_/services', { host: EU, section: 'Sellers', status: 'RED' }),
    shown: { verdict: 'connected', ...FINE },
  },
  {
    symptom: 'the service says GREEN_I',
    happens: (m) => m.control('PATCH', '/_/services', { host: EU, section: 'Sellers', status: 'GREEN_I' }),
    shown: { verdict: 'connected', ...FINE },
  },
  {
    symptom: 'every seller of the region is refused at once',
    happens: (m) => m.control('POST', '/_/faults', { match: { host: EU }, answer: { kind: 'auth_incident' } }),
    shown: { verdict: 'held', cause: 'mkt.auth_incident', owner: 'marketplace', action: 'wait' },
    wish: { sellers: ['eu', 'eu', 'eu', 'eu'] },
  },
  {
    symptom: 'an answer comes that nobody knows',
    happens: refuse('unlisted', { sellerId: sellerOf(0) }),
    shown: { verdict: 'checking', cause: 'unknown', owner: 'operator', action: 'wait' },
  },
];

eachDatabase((_engine, open) => {
  describe('what stands in the row when', () => {
    test.each(ROWS)('$symptom', async ({ happens, shown, wish = {} }) => {
      const m = await openMws(await open(), { sellers: ['eu', 'eu'], ...wish });
      opened.push(m);
      const authorized_at = new Date(m.shop.now() - 100 * 86_400_000).toISOString();
      const [store] = await connectAll(m, wish.sellers?.length ?? 2, { authorized_at });
      await happens(m);
      const { verdict, cause, owner, action } = await m.twice(store);
      expect({ verdict, cause, owner, action }).toEqual(shown);
    });
  });
});

async function connectAll(m: MwsMarket, count: number, credentials: object): Promise<[StoreBody]> {
  const first = await m.connected(0, { credentials });
  for (let n = 1; n < count; n += 1) await m.connected(n, { credentials });
  return [first];
}
