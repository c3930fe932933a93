/** Seller ID and token typed in: what is wrong with them is said, and never that a permission ended which never began here. */
import { afterEach, describe, expect, test } from 'vitest';
import { eachDatabase, type TestDatabase } from '../../server/src/db/testing.ts';
import type { DiagnosisBody, Problem, StoreBody } from '../../server/src/http/contract/store.ts';
import { DEVELOPERS, openMws, pairToken, sellerOf, SITE, type MwsMarket, type Wish } from '../support/mws.ts';

const opened: MwsMarket[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.stop();
});

async function market(database: TestDatabase, wish: Wish): Promise<MwsMarket> {
  const one = await openMws(database, wish);
  opened.push(one);
  return one;
}

const TOKEN = 'credentials.mws_auth_token';
const SELLER = 'credentials.seller_id';
const NEVER = ['grant.expired', 'grant.revoked'];
const diagnosisOf = ({ diagnosis }: Problem): DiagnosisBody => {
  if (diagnosis === undefined) throw new Error('no diagnosis came');
  return diagnosis;
};

/** Every cause that is named at all. */
const named = (diagnosis: DiagnosisBody): string[] => [diagnosis.cause, ...diagnosis.likely.map(({ cause }) => cause)];

eachDatabase((_engine, open) => {
  describe('at first connect', () => {
    test('the right pair connects, with the service of its own region', async () => {
      const m = await market(await open(), { sellers: ['eu'] });
      const store = await m.connected(0);
      expect(store).toMatchObject({ verdict: 'connected', region: 'eu', seller_id: sellerOf(0), cause: null });
      expect(store.sites.map(({ site }) => site)).toEqual(['amazon.de', 'amazon.fr']);
      expect(store.notices.map(({ cause }) => cause)).toEqual(['mkt.sunset']);
    });

    test('spaces around a pair are told before anybody is asked', async () => {
      const m = await market(await open(), { sellers: ['eu'] });
      await m.served();
      const { status, body } = await m.connect(0, { credentials: { mws_auth_token: ` ${pairToken(0)}` } });
      expect([status, body.errors?.[0]?.field, body.errors?.[0]?.code]).toEqual([
        422,
        'credentials.mws_auth_token',
        'spaces',
      ]);
      expect(await m.served()).toEqual([]);
    });

    test.each([
      { what: 'the token left empty', typed: { mws_auth_token: '' }, error: [TOKEN, 'required'] },
      { what: 'the seller ID left empty', typed: { seller_id: '' }, error: [SELLER, 'required'] },
      {
        what: 'the two swapped',
        typed: { seller_id: pairToken(0), mws_auth_token: sellerOf(0) },
        error: [SELLER, 'swapped'],
      },
      { what: 'a token cut off', typed: { mws_auth_token: pairToken(0).slice(0, -3) }, error: [TOKEN, 'too_short'] },
    ])('$what is told field by field, and Amazon is not asked', async ({ typed, error: [field, code] }) => {
      const m = await market(await open(), { sellers: ['eu'] });
      await m.served();
      const { status, body } = await m.connect(0, { credentials: typed });
      expect(status).toBe(422);
      expect(body.errors).toContainEqual(expect.objectContaining({ field, code }));
      expect(await m.served()).toEqual([]);
    });

    test('the token of another store of the account: it is the token that is wrong', async () => {
      const m = await market(await open(), { sellers: ['eu', 'eu'] });
      await m.connected(1);
      const { status, body } = await m.connect(0, { credentials: { mws_auth_token: pairToken(1) } });
      const diagnosis = diagnosisOf(body);
      expect([status, diagnosis.cause, diagnosis.owner, diagnosis.action]).toEqual([
        422,
        'cred.wrong_pair',
        'seller',
        'reenter',
      ]);
      expect(diagnosis.text.sentence).toBe('The token belongs to another store than the seller ID.');
      expect(named(diagnosis).filter((cause) => NEVER.includes(cause))).toEqual([]);
    });

    test('the token of a seller whom nobody here knows: pair or developer, both named with what to authorize', async () => {
      const m = await market(await open(), { sellers: ['eu', 'eu'] });
      const { status, body } = await m.connect(0, { credentials: { mws_auth_token: pairToken(1) } });
      const diagnosis = diagnosisOf(body);
      expect(status).toBe(422);
      expect(named(diagnosis)).toEqual(['cred.wrong_pair', 'cred.wrong_pair', 'cred.wrong_app']);
      expect(diagnosis.text.next).toContain(`${DEVELOPERS.eu.developerName} and the ID ${DEVELOPERS.eu.developerId}`);
      expect(diagnosis.text.next).toContain('amazon.de');
    });

    test('a typing error in the token', async () => {
      const m = await market(await open(), { sellers: ['eu'] });
      const { status, body } = await m.connect(0, { credentials: { mws_auth_token: pairToken(7) } });
      expect([status, diagnosisOf(body).cause]).toEqual([422, 'cred.wrong_pair']);
      expect(named(diagnosisOf(body)).filter((cause) => NEVER.includes(cause))).toEqual([]);
    });

    test('a token given to another developer than ours', async () => {
      const m = await market(await open(), { sellers: ['na'] });
      const world = (await m.control('GET', '/_/world')) as { developers: object[]; mwsGrants: object[] };
      const other = { region: 'na', developerName: 'ParcelHelper', developerId: '4410-0927-3318' };
      const keys = { accessKeyId: 'AKIAPARCELHELPER', secretKey: 'theirs' };
      const authToken = 'amzn.mws.00000000-0000-4000-a000-0000000000ff';
      const theirs = { sellerId: sellerOf(0), developerId: other.developerId, authToken };
      await m.control('PUT', '/_/world', {
        ...world,
        developers: [...world.developers, { ...other, ...keys }],
        mwsGrants: [{ ...theirs, authorizedAt: '2026-11-01T00:00:00Z' }],
      });
      const { status, body } = await m.connect(0, { credentials: { mws_auth_token: authToken } });
      const diagnosis = diagnosisOf(body);
      expect(status).toBe(422);
      expect(named(diagnosis)).toContain('cred.wrong_app');
      expect(named(diagnosis).filter((cause) => NEVER.includes(cause))).toEqual([]);
      expect(diagnosis.text.next).toContain(DEVELOPERS.na.developerId);
      expect(diagnosis.text.next).toContain(DEVELOPERS.na.developerName);
    });

    test('the pair of a European store for amazon.com is corrected, and that is told', async () => {
      const m = await market(await open(), { sellers: ['eu'] });
      const store = await m.connected(0, { where: 'na' });
      expect(store).toMatchObject({ region: 'eu', verdict: 'connected' });
      expect(store.notices.map(({ cause }) => cause)).toContain('cred.wrong_region');
      expect(await m.probe(store)).toMatchObject({ verdict: 'connected', region: 'eu' });
    });

    test('the pair of an Australian store for amazon.co.jp finds its developer: each country there has its own', async () => {
      const m = await market(await open(), { sellers: ['au'] });
      const store = await m.connected(0, { where: 'jp' });
      expect(store).toMatchObject({ region: 'fe', site: SITE.au, verdict: 'connected' });
      expect(await m.probe(store)).toMatchObject({ verdict: 'connected' });
    });

    test('the seller ID of a European store with the token of an American one', async () => {
      const m = await market(await open(), { sellers: ['na', 'eu'] });
      const { status, body } = await m.connect(0, { credentials: { seller_id: sellerOf(1) } });
      const diagnosis = diagnosisOf(body);
      expect([status, diagnosis.cause]).toEqual([422, 'cred.wrong_pair']);
      expect(diagnosis.text.sentence).toContain('The seller ID belongs to a store of another region');
      expect(named(diagnosis).filter((cause) => NEVER.includes(cause))).toEqual([]);
    });

    test('a pair whose stated year is over may be expired, and is said to be', async () => {
      const m = await market(await open(), { sellers: ['eu'], grantedDaysAgo: 400 });
      const { body } = await m.connect(0, { credentials: { authorized_at: '2025-10-19T00:00:00Z' } });
      expect(diagnosisOf(body)).toMatchObject({ cause: 'grant.expired', action: 'renew' });
    });

    test('beside another store of the account it is said, too: that the token does not open that one proves nothing', async () => {
      const m = await market(await open(), { sellers: ['eu', 'eu'] });
      await m.connected(1);
      await m.advance('P366D');
      const { body } = await m.connect(0, { credentials: { authorized_at: '2026-01-02T00:00:00Z' } });
      expect(diagnosisOf(body)).toMatchObject({ cause: 'grant.expired', action: 'renew' });
    });

    test('nothing is left behind by a pair that was refused', async () => {
      const m = await market(await open(), { sellers: ['eu'] });
      await m.connect(0, { credentials: { mws_auth_token: pairToken(7) } });
      expect((await m.api<{ data: StoreBody[] }>('GET', '/v1/stores')).body.data).toEqual([]);
      await m.connected(0);
    });
  });

  describe('to repair', () => {
    test('the new token after Enable turns the store green and the old one is never asked again', async () => {
      const m = await market(await open(), { sellers: ['eu', 'eu'] });
      const store = await m.connected(0);
      await m.connected(1);
      await m.atAmazon(0, 'disable');
      expect(await m.twice(store)).toMatchObject({ verdict: 'reconnect', cause: 'grant.revoked', action: 'enable' });
      const token = await m.atAmazon(0, 'enable');
      expect(token).not.toBe(pairToken(0));
      const credentials = { seller_id: sellerOf(0), mws_auth_token: token };
      const answer = await m.api<StoreBody>('PUT', `/v1/stores/${store.id}/credentials`, { credentials });
      expect([answer.status, answer.body.verdict, answer.body.credential_version]).toEqual([200, 'connected', 2]);
      expect(await m.events(store)).toContain('store.repaired');
    });

    test('the token of another store leaves everything as it was', async () => {
      const m = await market(await open(), { sellers: ['eu', 'eu'] });
      const store = await m.connected(0);
      await m.connected(1);
      const credentials = { seller_id: sellerOf(0), mws_auth_token: pairToken(1) };
      const answer = await m.api<Problem>('PUT', `/v1/stores/${store.id}/credentials`, { credentials });
      expect(answer.status).toBe(422);
      expect(diagnosisOf(answer.body)).toMatchObject({
        cause: 'cred.wrong_pair',
        text: { sentence: 'The seller ID is right; the token belongs to another store.' },
      });
      expect(await m.probe(store)).toMatchObject({ verdict: 'connected', credential_version: 1 });
    });

    test('the pair of another seller is refused at its field: a store is one seller’s for ever', async () => {
      const m = await market(await open(), { sellers: ['eu', 'eu'] });
      const store = await m.connected(0);
      const credentials = { seller_id: sellerOf(1), mws_auth_token: pairToken(1) };
      const answer = await m.api<Problem>('PUT', `/v1/stores/${store.id}/credentials`, { credentials });
      expect([answer.status, answer.body.errors?.[0]?.code]).toEqual([422, 'other_seller']);
    });
  });

  describe('in place, without a new token', () => {
    test('Renew keeps the token: the store turns green by itself', async () => {
      const m = await market(await open(), { sellers: ['eu', 'eu'] });
      const authorized_at = '2026-08-15T12:00:00Z';
      const store = await m.connected(0, { credentials: { authorized_at } });
      await m.connected(1);
      await m.atAmazon(0, 'expire');
      await m.advance('P266D');
      expect(await m.twice(store)).toMatchObject({
        verdict: 'reconnect',
        cause: 'grant.expired',
        heals_in_place: true,
      });
      expect(await m.atAmazon(0, 'renew')).toBe(pairToken(0));
      await m.page('POST', `/app/stores/${store.id}/repair`);
      await m.advance('PT10S');
      await m.watch();
      const green = await m.read(store);
      expect(green).toMatchObject({ verdict: 'connected', credential_version: 1, cause: null });
      expect(Date.parse(green.authorized_at ?? '')).toBeGreaterThan(m.shop.now() - 60_000);
    });

    test('Amazon may take an hour to let it in again: nobody has to click a second time', async () => {
      const m = await market(await open(), { sellers: ['eu', 'eu'], developer: { reactivationDelaySeconds: 3_600 } });
      const store = await m.connected(0, { credentials: { authorized_at: '2026-08-15T12:00:00Z' } });
      await m.atAmazon(0, 'expire');
      await m.advance('P266D');
      await m.twice(store);
      await m.page('POST', `/app/stores/${store.id}/repair`);
      await m.atAmazon(0, 'renew');
      for (const wait of ['PT5S', 'PT5M', 'PT20M', 'PT30M']) {
        await m.advance(wait);
        await m.watch();
        expect(['reconnect', 'repairing']).toContain((await m.read(store)).verdict);
      }
      await m.advance('PT1H');
      await m.watch();
      expect(await m.read(store)).toMatchObject({ verdict: 'connected', credential_version: 1 });
    });

    test('where Amazon keeps the token on Enable, the store turns green without any form', async () => {
      const m = await market(await open(), { sellers: ['eu', 'eu'], developer: { keepsTokenOnEnable: true } });
      const store = await m.connected(0);
      await m.atAmazon(0, 'disable');
      expect(await m.twice(store)).toMatchObject({ verdict: 'reconnect', cause: 'grant.revoked' });
      expect(await m.atAmazon(0, 'enable')).toBe(pairToken(0));
      await m.page('POST', `/app/stores/${store.id}/repair`);
      await m.advance('PT10S');
      await m.watch();
      expect(await m.read(store)).toMatchObject({ verdict: 'connected', credential_version: 1 });
    });

    test('where Amazon gives a new token, the old one stays refused and the row stays', async () => {
      const m = await market(await open(), { sellers: ['eu', 'eu'] });
      const store = await m.connected(0);
      await m.atAmazon(0, 'disable');
      await m.twice(store);
      await m.atAmazon(0, 'enable');
      await m.advance('PT10M');
      expect((await m.probe(store)).verdict).toBe('reconnect');
    });

    test('an authorization that ended and is listed as Disabled comes back by Enable with the same token', async () => {
      const m = await market(await open(), { sellers: ['eu', 'eu'], developer: { disabledWhenExpired: true } });
      const store = await m.connected(0, { credentials: { authorized_at: '2026-08-15T12:00:00Z' } });
      await m.atAmazon(0, 'expire');
      await m.advance('P266D');
      expect(await m.twice(store)).toMatchObject({ cause: 'grant.expired' });
      expect(await m.atAmazon(0, 'enable')).toBe(pairToken(0));
      expect(await m.probe(store)).toMatchObject({ verdict: 'connected' });
    });
  });
});
