/**
 * The battery that every connector passes: the pure parts on their own, the calls against a marketplace that is played
 * by another program. What is right for one marketplace is given by its world; what is right for all stands here.
 */
import { assert, constantFrom, dictionary, property, string } from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { AccessToken, App } from '../core/access.ts';
import { CAUSES } from '../core/diagnosis.ts';
import type { Cause } from '../core/diagnosis.ts';
import { CAPABILITIES, saysNothing } from '../core/observation.ts';
import type { Answer } from '../core/observation.ts';
import { Secret } from '../core/secret.ts';
import type { CallContext, Callback, Connector, Finding, Site } from './connector.ts';

/** A store of the world, a shop where it sells, and the token it is reached with. */
export type WorldStore = { site: string; sellerId: string; grantToken: Secret };

/** What can go wrong on the way to the marketplace and back, and what each must be called. */
export type Weather =
  | 'outage'
  | 'throttle'
  | 'html_503'
  | 'truncate'
  | 'drop_response'
  | 'unknown_answer'
  | 'auth_incident';

export type ConnectorWorld = {
  connector: Connector;
  /** The same connector with nobody at the other end. */
  stranded: Connector;
  app: App;
  /** The app that serves a site: the same one everywhere, or one for each region. */
  appFor: (site: Site) => App;
  /** What of the app may stand nowhere. */
  appSecrets: readonly Secret[];
  context: CallContext;
  /** Answers every call, has data of every capability. */
  healthy: WorldStore;
  /** Apps that the marketplace refuses, and what that is called. */
  refusedApps: readonly { what: string; app: App; answer: Answer }[];
  /** Apps that differ from `app` and are taken all the same. */
  provenApps: readonly { what: string; app: App }[];
  /** Grants that are refused (at the token endpoint, or where there is none by the first call), and the right name for each. */
  refused: readonly { what: string; app?: App; store: WorldStore; answer: Answer }[];
  /** Stores whose grants are fine and whose data is refused. */
  barred: readonly { what: string; store: WorldStore; call: string; answer: Answer }[];
  /** A token that opens nothing, and what every data call says to it. */
  nonsense: { token: Secret; answer: Answer };
  /** Every site of this store has stopped selling. */
  inactive: WorldStore;
  /** What a seller's permission brings to our redirect URI, fresh from the consent page. */
  consent: (store: WorldStore) => Promise<Callback>;
  /** Lets the weather strike data calls, token calls or both, until the returned function is called. */
  strike: (weather: Weather, at: 'data' | 'token') => Promise<() => Promise<void>>;
  /** What a refusal of everybody is called here. */
  incident: Answer;
  close: () => Promise<void>;
};

const WEATHER: Readonly<Record<Exclude<Weather, 'auth_incident'>, Answer>> = {
  outage: 'marketplace_error',
  throttle: 'throttled',
  html_503: 'marketplace_error',
  truncate: 'garbled',
  drop_response: 'no_answer',
  unknown_answer: 'unknown',
};

export function describeConnector(name: string, open: () => Promise<ConnectorWorld>): void {
  describe(`${name}, as every marketplace must be`, () => {
    let world: ConnectorWorld;
    const heard: Finding[] = [];
    const secrets: string[] = [];
    const note = (finding: Finding): Finding => {
      heard.push(finding);
      return finding;
    };
    const siteOf = (name: string): Site => {
      const found = world.connector.sites.find((one) => one.site === name);
      if (!found) throw new Error(`no site ${name}`);
      return found;
    };
    const accessFor = async ({ grantToken }: WorldStore): Promise<AccessToken> => {
      const { grant } = world.connector;
      secrets.push(grantToken.reveal());
      if (grant.kind === 'direct') return grant.access(grantToken, world.context.now());
      const { finding, access } = await grant.refresh({ app: world.app, grantToken }, world.context);
      if (!access) throw new Error(`no access token: ${JSON.stringify(finding)}`);
      secrets.push(access.token.reveal());
      return access;
    };
    const dataRequest = (call: string, store: WorldStore, access: AccessToken) => ({
      app: world.app,
      call,
      site: siteOf(store.site),
      sellerId: store.sellerId,
      access,
    });
    const ask = async (call: string, store: WorldStore): Promise<Finding> => {
      const access = await accessFor(store);
      return note(await world.connector.ask(dataRequest(call, store, access), world.context));
    };
    const firstCall = (): string => world.connector.dataCalls[0]?.call ?? '';
    /** The rung that shows whether a grant is taken: the token endpoint, or where there is none the first call. */
    const tryGrant = async (app: App, store: WorldStore): Promise<Finding> => {
      const { grant } = world.connector;
      const { grantToken } = store;
      secrets.push(grantToken.reveal());
      if (grant.kind === 'exchange') {
        const { finding, access } = await grant.refresh({ app, grantToken }, world.context);
        if (finding.answer !== 'ok') expect(access).toBeNull();
        return note(finding);
      }
      const access = grant.access(grantToken, world.context.now());
      return note(await world.connector.ask({ ...dataRequest(firstCall(), store, access), app }, world.context));
    };

    beforeAll(async () => {
      world = await open();
      secrets.push(...world.appSecrets.map((one) => one.reveal()));
    });
    afterAll(async () => {
      await world.close();
    });

    describe('without any call', () => {
      test('each site stands once, with a region and a place to sign in', () => {
        const { sites } = world.connector;
        expect(new Set(sites.map((one) => one.site)).size).toBe(sites.length);
        expect(new Set(sites.map((one) => one.marketplaceId)).size).toBe(sites.length);
        for (const one of sites) {
          expect(one.currency).toMatch(/^[A-Z]{3}$/);
          expect(one.country).toMatch(/^[A-Z]{2}$/);
          expect(() => Intl.getCanonicalLocales(one.language)).not.toThrow();
          expect(URL.canParse(`https://${one.consentHost}/`)).toBe(true);
        }
      });

      test('there is a way to learn who the seller is and whether the store sells', () => {
        const { dataCalls } = world.connector;
        expect(new Set(dataCalls.map((one) => one.call)).size).toBe(dataCalls.length);
        expect(dataCalls.every((one) => CAPABILITIES.includes(one.capability))).toBe(true);
        expect(dataCalls.some((one) => one.tellsIdentity)).toBe(true);
        expect(dataCalls.some((one) => one.tellsStanding)).toBe(true);
      });

      test('every cause has its guide, and what it opens can be opened', () => {
        for (const site of world.connector.sites)
          for (const cause of Object.keys(CAUSES) as Cause[]) {
            const guide = world.connector.guide({ cause, app: world.appFor(site), site, expiresAt: null });
            expect(guide.title).not.toBe('');
            if (guide.opens !== null) expect(new URL(guide.opens).protocol).toMatch(/^https?:$/);
            for (const step of guide.steps) expect(step.text.every((part) => part.value !== '')).toBe(true);
          }
      });

      test('the permission page carries our state unchanged', () => {
        for (const site of world.connector.sites) {
          const url = new URL(world.connector.consentUrl({ app: world.appFor(site), site, state: 'a-state_1.~' }));
          expect(url.searchParams.get('state')).toBe('a-state_1.~');
          for (const secret of world.appSecrets) expect(url.href).not.toContain(secret.reveal());
        }
      });

      test('good credentials pass, no credentials do not', () => {
        const { grantToken, sellerId } = world.healthy;
        expect(world.connector.checkCredentials({ token: grantToken.reveal(), sellerId })).toEqual([]);
        expect(world.connector.checkCredentials({})).not.toEqual([]);
      });

      test('whatever is typed gets advice for its field, and is never repeated', () => {
        assert(
          property(string({ minLength: 12, unit: 'binary' }), (typed) => {
            const problems = world.connector.checkCredentials({ token: typed, sellerId: typed });
            for (const { field, message } of problems) {
              expect([`credentials.${world.connector.tokenField}`, 'credentials.seller_id']).toContain(field);
              expect(message).not.toContain(typed);
            }
          }),
        );
      });

      test('whatever arrives at our two addresses is read without a fault', () => {
        const names = [
          'state',
          'code',
          'spapi_oauth_code',
          'mws_auth_token',
          'selling_partner_id',
          'error',
          'error_description',
          'amazon_callback_uri',
          'amazon_state',
          'version',
        ];
        const query = dictionary(constantFrom(...names), string({ unit: 'binary' }));
        assert(
          property(query, (given) => {
            expect(['code', 'token', 'refused', 'malformed']).toContain(world.connector.readCallback(given).kind);
            expect(world.connector.readLogin(given).kind).toBe('malformed');
          }),
        );
      });
    });

    describe('asked for its health', () => {
      test('our own network and clock are told from the marketplace’s', async () => {
        expect(note(await world.connector.askSelf(world.context))).toMatchObject({ rung: 'self', answer: 'ok' });
        expect(note(await world.stranded.askSelf(world.context))).toMatchObject({ rung: 'self', answer: 'no_answer' });
      });

      test('the app proves itself without a seller, in every region', async () => {
        for (const region of new Set(world.connector.sites.map((one) => one.region))) {
          const site = world.connector.sites.find((one) => one.region === region);
          if (!site) throw new Error('no site');
          const question = { app: world.appFor(site), site };
          expect(note(await world.connector.askApp(question, world.context))).toMatchObject({
            rung: 'app',
            capability: null,
            answer: 'ok',
          });
          expect(note(await world.connector.askWithoutSeller(question, world.context))).toMatchObject({
            rung: 'control',
            region,
            capability: null,
            answer: 'ok',
          });
        }
      });

      test('an app that is refused is refused as an app, and no seller is blamed', async () => {
        const site = siteOf(world.healthy.site);
        for (const { what, app, answer } of world.refusedApps) {
          expect(note(await world.connector.askApp({ app, site }, world.context)).answer, what).toBe(answer);
          expect(note(await world.connector.askWithoutSeller({ app, site }, world.context)).answer, what).toBe(answer);
          expect((await tryGrant(app, world.healthy)).answer, what).toBe(answer);
        }
      });

      test('an app that is taken in another way goes on working', async () => {
        for (const { what, app } of world.provenApps) {
          const question = { app, site: siteOf(world.healthy.site) };
          expect(note(await world.connector.askApp(question, world.context)).answer, what).toBe('ok');
        }
      });

      test('a healthy store answers every data call, and says who and what it is', async () => {
        for (const one of world.connector.dataCalls) {
          const finding = await ask(one.call, world.healthy);
          expect(finding, one.call).toMatchObject({ answer: 'ok', capability: one.capability, call: one.call });
          if (one.tellsIdentity) expect(finding.facts.sellerId, one.call).toBe(world.healthy.sellerId);
          if (one.tellsStanding)
            expect(
              finding.facts.sites?.some((site) => site.participating),
              one.call,
            ).toBe(true);
        }
      });

      test('a store that sells nowhere says so in a good answer', async () => {
        const standing = world.connector.dataCalls.find((one) => one.tellsStanding)?.call ?? '';
        const { answer, facts } = await ask(standing, world.inactive);
        expect(answer).toBe('ok');
        expect(facts.sites?.map((site) => site.participating)).not.toContain(true);
        expect(facts.sites).not.toEqual([]);
      });

      test('each refusal of a grant has its own name', async () => {
        const rung = world.connector.grant.kind === 'exchange' ? 'grant' : 'identity';
        for (const { what, app, store, answer } of world.refused)
          expect(await tryGrant(app ?? world.app, store), what).toMatchObject({ answer, rung });
      });

      test('data that is refused is told from a token that is', async () => {
        for (const { what, store, call, answer } of world.barred)
          expect((await ask(call, store)).answer, what).toBe(answer);
      });

      test('a token that is nonsense is called by the same name at every data call', async () => {
        const { token, answer } = world.nonsense;
        const access = { token, mintedAt: world.context.now(), expiresAt: world.context.now() + 1000 };
        for (const { call } of world.connector.dataCalls) {
          const question = dataRequest(call, world.healthy, access);
          expect(note(await world.connector.ask(question, world.context)).answer, call).toBe(answer);
        }
      });

      test('a permission given at the marketplace becomes a token that works; a code does so only once', async () => {
        const callback = await world.consent(world.healthy);
        if (callback.kind !== 'code' && callback.kind !== 'token') throw new Error(JSON.stringify(callback));
        expect(callback.sellerId).toBe(world.healthy.sellerId);
        const { grant } = world.connector;
        if (callback.kind === 'token') {
          world.healthy = { ...world.healthy, grantToken: callback.grantToken };
        } else if (grant.kind === 'exchange') {
          const { app, context } = world;
          const first = await grant.exchangeCode({ app, code: callback.code }, context);
          expect(note(first.finding).answer).toBe('ok');
          if (!first.grantToken) throw new Error('no refresh token');
          secrets.push(callback.code.reveal(), first.grantToken.reveal());
          const second = await grant.exchangeCode({ app, code: callback.code }, context);
          expect(note(second.finding)).toMatchObject({ answer: 'code_refused' });
          expect(second.grantToken).toBeNull();
          world.healthy = { ...world.healthy, grantToken: first.grantToken };
        }
        expect((await tryGrant(world.app, world.healthy)).answer).toBe('ok');
      });

      test.each<[Weather, Answer | null]>([...Object.entries(WEATHER), ['auth_incident', null]] as [Weather, Answer][])(
        '%s is weather, at every data call',
        async (weather, means) => {
          const access = await accessFor(world.healthy);
          const over = await world.strike(weather, 'data');
          for (const { call } of world.connector.dataCalls) {
            const question = dataRequest(call, world.healthy, access);
            const { answer } = note(await world.connector.ask(question, world.context));
            expect(answer, call).toBe(means ?? world.incident);
          }
          await over();
          expect((await ask(firstCall(), world.healthy)).answer).toBe('ok');
        },
      );

      test.each(['outage', 'throttle', 'html_503', 'truncate', 'drop_response', 'unknown_answer'] as const)(
        '%s where the grant is shown never speaks against it',
        async (weather) => {
          const over = await world.strike(weather, world.connector.grant.kind === 'exchange' ? 'token' : 'data');
          const finding = await tryGrant(world.app, world.healthy);
          await over();
          expect(finding.answer).toBe(WEATHER[weather]);
          expect(saysNothing(finding.answer) || finding.answer === 'unknown').toBe(true);
        },
      );

      test('with nobody at the other end every call ends as no answer, none as an exception', async () => {
        const { app, context, healthy, stranded } = world;
        const access = await accessFor(healthy);
        const question = { app, site: siteOf(healthy.site) };
        const findings = [await stranded.askApp(question, context), await stranded.askWithoutSeller(question, context)];
        const { grant } = stranded;
        if (grant.kind === 'exchange') {
          findings.push((await grant.refresh({ app, grantToken: healthy.grantToken }, context)).finding);
          findings.push((await grant.exchangeCode({ app, code: new Secret('ANnobody') }, context)).finding);
        }
        for (const { call } of stranded.dataCalls)
          findings.push(await stranded.ask(dataRequest(call, healthy, access), context));
        for (const finding of findings) expect(note(finding).answer).toBe('no_answer');
      });

      test('in everything that was heard there is no token, no code and no secret', () => {
        const kept = JSON.stringify(heard);
        expect(heard.length).toBeGreaterThan(30);
        for (const secret of secrets) expect(kept).not.toContain(secret);
        for (const finding of heard) expect(finding.message?.length ?? 0).toBeLessThanOrEqual(300);
      });
    });
  });
}
