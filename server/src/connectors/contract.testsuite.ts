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
import type { Answer, Region } from '../core/observation.ts';
import { Secret } from '../core/secret.ts';
import type { CallContext, Callback, Connector, Finding } from './connector.ts';

/** A store of the world and the token it is reached with. */
export type WorldStore = { region: Region; sellerId: string; refreshToken: Secret };

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
  context: CallContext;
  /** Answers every call, has data of every capability. */
  healthy: WorldStore;
  /** Token exchanges that fail, and the one right name for each. */
  refused: readonly { what: string; app?: App; refreshToken: Secret; answer: Answer }[];
  /** Stores whose tokens are fine and whose data is refused. */
  barred: readonly { what: string; store: WorldStore; call: string; answer: Answer }[];
  /** Every site of this store has stopped selling. */
  inactive: WorldStore;
  /** A one-time code, fresh from the consent page, as our redirect URI would get it. */
  consent: (store: WorldStore) => Promise<Callback>;
  /** Lets the weather strike data calls, token calls or both, until the returned function is called. */
  strike: (weather: Weather, at: 'data' | 'token') => Promise<() => Promise<void>>;
  close: () => Promise<void>;
};

const WEATHER: Readonly<Record<Weather, Answer>> = {
  outage: 'marketplace_error',
  throttle: 'throttled',
  html_503: 'marketplace_error',
  truncate: 'garbled',
  drop_response: 'no_answer',
  unknown_answer: 'unknown',
  auth_incident: 'refusal_for_all',
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
    const accessFor = async (store: WorldStore): Promise<AccessToken> => {
      const question = { app: world.app, refreshToken: store.refreshToken };
      const { finding, access } = await world.connector.refresh(question, world.context);
      if (!access) throw new Error(`no access token: ${JSON.stringify(finding)}`);
      secrets.push(access.token.reveal(), store.refreshToken.reveal());
      return access;
    };
    const ask = async (call: string, store: WorldStore): Promise<Finding> => {
      const access = await accessFor(store);
      return note(await world.connector.ask({ call, region: store.region, access }, world.context));
    };

    beforeAll(async () => {
      world = await open();
      secrets.push(world.app.clientSecret.reveal());
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
            const guide = world.connector.guide({ cause, app: world.app, site, expiresAt: null });
            expect(guide.title).not.toBe('');
            if (guide.opens !== null) expect(new URL(guide.opens).protocol).toMatch(/^https?:$/);
            for (const step of guide.steps) expect(step.text.every((part) => part.value !== '')).toBe(true);
          }
      });

      test('the permission page carries our state unchanged', () => {
        for (const site of world.connector.sites) {
          const url = new URL(world.connector.consentUrl({ app: world.app, site, state: 'a-state_1.~' }));
          expect(url.searchParams.get('state')).toBe('a-state_1.~');
          expect(url.href).not.toContain(world.app.clientSecret.reveal());
        }
      });

      test('good credentials pass, no credentials do not', () => {
        const { refreshToken, sellerId } = world.healthy;
        expect(world.connector.checkCredentials({ refreshToken: refreshToken.reveal(), sellerId })).toEqual([]);
        expect(world.connector.checkCredentials({})).not.toEqual([]);
      });

      test('whatever is typed gets advice for its field, and is never repeated', () => {
        assert(
          property(string({ minLength: 12, unit: 'binary' }), (typed) => {
            const problems = world.connector.checkCredentials({ refreshToken: typed, sellerId: typed });
            for (const { field, message } of problems) {
              expect(field).toMatch(/^credentials\.(refresh_token|seller_id)$/);
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
            expect(['code', 'refused', 'malformed']).toContain(world.connector.readCallback(given).kind);
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
        const { finding, access } = await world.connector.askApp(world.app, world.context);
        expect(note(finding)).toMatchObject({ rung: 'app', answer: 'ok' });
        if (!access) throw new Error('no access token for the app');
        secrets.push(access.token.reveal());
        for (const region of new Set(world.connector.sites.map((site) => site.region)))
          expect(note(await world.connector.askWithoutSeller({ region, access }, world.context))).toMatchObject({
            rung: 'control',
            region,
            answer: 'ok',
          });
      });

      test('an app with a wrong secret is refused as an app, and no seller is blamed', async () => {
        const app = { ...world.app, clientSecret: new Secret('amzn1.oa2-cs.v1.wrong') };
        const { finding } = await world.connector.askApp(app, world.context);
        expect(note(finding).answer).toBe('app_refused');
        const refreshed = await world.connector.refresh(
          { app, refreshToken: world.healthy.refreshToken },
          world.context,
        );
        expect(note(refreshed.finding).answer).toBe('app_refused');
      });

      test('a rotated secret goes on working through the one before it', async () => {
        const app = {
          ...world.app,
          clientSecret: new Secret('amzn1.oa2-cs.v1.wrong'),
          previousClientSecret: world.app.clientSecret,
        };
        expect(note((await world.connector.askApp(app, world.context)).finding).answer).toBe('ok');
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

      test('each refusal of the token endpoint has its own name', async () => {
        for (const { what, app, refreshToken, answer } of world.refused) {
          const result = await world.connector.refresh({ app: app ?? world.app, refreshToken }, world.context);
          expect(note(result.finding), what).toMatchObject({ answer, rung: 'grant' });
          expect(result.access, what).toBeNull();
          secrets.push(refreshToken.reveal());
        }
      });

      test('data that is refused is told from a token that is', async () => {
        for (const { what, store, call, answer } of world.barred)
          expect((await ask(call, store)).answer, what).toBe(answer);
      });

      test('an access token that is nonsense asks for a fresh one before anything is believed', async () => {
        const token = new Secret('Atza|nonsense');
        const access = { token, mintedAt: world.context.now(), expiresAt: world.context.now() + 1000 };
        for (const { call } of world.connector.dataCalls) {
          const question = { call, region: world.healthy.region, access };
          expect(note(await world.connector.ask(question, world.context)).answer).toBe('token_stale');
        }
      });

      test('a permission given at the marketplace becomes a token once, and only once', async () => {
        const callback = await world.consent(world.healthy);
        if (callback.kind !== 'code') throw new Error(JSON.stringify(callback));
        expect(callback.sellerId).toBe(world.healthy.sellerId);
        const { app, context } = world;
        const first = await world.connector.exchangeCode({ app, code: callback.code }, context);
        expect(note(first.finding).answer).toBe('ok');
        if (!first.refreshToken) throw new Error('no refresh token');
        secrets.push(callback.code.reveal(), first.refreshToken.reveal());
        expect(
          (await world.connector.refresh({ app, refreshToken: first.refreshToken }, context)).access,
        ).not.toBeNull();
        const second = await world.connector.exchangeCode({ app, code: callback.code }, context);
        expect(note(second.finding)).toMatchObject({ answer: 'code_refused' });
        expect(second.refreshToken).toBeNull();
        world.healthy = { ...world.healthy, refreshToken: first.refreshToken };
      });

      test.each(Object.entries(WEATHER) as [Weather, Answer][])(
        '%s is weather, at every data call',
        async (weather, means) => {
          const access = await accessFor(world.healthy);
          const over = await world.strike(weather, 'data');
          for (const { call } of world.connector.dataCalls) {
            const question = { call, region: world.healthy.region, access };
            expect(note(await world.connector.ask(question, world.context)).answer, call).toBe(means);
          }
          await over();
          expect((await ask(world.connector.dataCalls[0]?.call ?? '', world.healthy)).answer).toBe('ok');
        },
      );

      test.each(['outage', 'throttle', 'html_503', 'truncate', 'drop_response', 'unknown_answer'] as const)(
        '%s at the token endpoint never speaks against a grant',
        async (weather) => {
          const over = await world.strike(weather, 'token');
          const { finding, access } = await world.connector.refresh(
            { app: world.app, refreshToken: world.healthy.refreshToken },
            world.context,
          );
          await over();
          expect(note(finding).answer).toBe(WEATHER[weather]);
          expect(access).toBeNull();
          expect(saysNothing(finding.answer) || finding.answer === 'unknown').toBe(true);
        },
      );

      test('with nobody at the other end every call ends as no answer, none as an exception', async () => {
        const { app, context, healthy } = world;
        const access = await accessFor(healthy);
        const { region, refreshToken } = healthy;
        const findings = [
          (await world.stranded.askApp(app, context)).finding,
          (await world.stranded.refresh({ app, refreshToken }, context)).finding,
          (await world.stranded.exchangeCode({ app, code: new Secret('ANnobody') }, context)).finding,
          await world.stranded.askWithoutSeller({ region, access }, context),
        ];
        for (const { call } of world.connector.dataCalls)
          findings.push(await world.stranded.ask({ call, region, access }, context));
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
