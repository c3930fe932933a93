/**
 * Amazon's calls, in pairs: `send…` asks, `understand…` reads a literal answer. Each call is the cheapest question that
 * shows what it is asked for (usage plans of the models: participations refill one a minute, money calls one in two seconds).
 */
import type { AccessToken, AmazonApp } from '../../core/access.ts';
import { Fault } from '../../core/fault.ts';
import type { LearntFacts, Region, Rung } from '../../core/observation.ts';
import type { Secret } from '../../core/secret.ts';
import type { CallContext, DataCall, Finding, GrantAnswer } from '../connector.ts';
import { garbled, limitsOf, toFinding } from '../finding.ts';
import type { Understood } from '../finding.ts';
import { askForToken } from '../oauth.ts';
import type { TokenAnswer, TokenQuestion, Tokens } from '../oauth.ts';
import type { Limits, Outbound, OutboundResult } from '../outbound.ts';
import { understand } from './evidence.ts';
import { readEventGroups, readExpectedPayouts, readPayouts, readReports, readTransactions } from './payouts.ts';
import type { Reading } from './payouts.ts';
import { API_HOSTS, TOKEN_ENDPOINT } from './regions.ts';
import { readParticipations } from './standing.ts';

type AmazonDataCall = DataCall & {
  rung: Rung;
  /** Path and query; `now` in milliseconds for calls that want a span of time. */
  path: (now: number) => string;
  read: (body: unknown) => Reading;
};

const DAY = 86_400_000;
const SETTLEMENT_REPORT = 'GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2';

/** In the order in which they are worth asking. */
export const AMAZON_DATA_CALLS: readonly AmazonDataCall[] = [
  {
    call: 'getMarketplaceParticipations',
    capability: 'participations',
    tellsIdentity: false,
    tellsStanding: true,
    everyLook: true,
    inTurn: false,
    rung: 'identity',
    path: () => '/sellers/v1/marketplaceParticipations',
    read: readParticipations,
  },
  {
    call: 'listExpectedPayouts',
    capability: 'payouts',
    tellsIdentity: true,
    tellsStanding: false,
    everyLook: true,
    inTurn: false,
    rung: 'capability',
    path: () => '/finances/transfers/2024-06-01/payouts/expected',
    read: readExpectedPayouts,
  },
  {
    call: 'listFinancialEventGroups',
    capability: 'finances',
    tellsIdentity: false,
    tellsStanding: false,
    everyLook: true,
    inTurn: false,
    rung: 'capability',
    path: () => '/finances/v0/financialEventGroups?MaxResultsPerPage=1',
    read: readEventGroups,
  },
  {
    call: 'listPayouts',
    capability: 'payouts',
    tellsIdentity: true,
    tellsStanding: false,
    everyLook: false,
    inTurn: false,
    rung: 'capability',
    // Payouts come every two weeks: six weeks name the seller and stay one short page.
    path: (now) => `/finances/transfers/2024-06-01/payouts?createdAfter=${instant(now - 42 * DAY)}`,
    read: readPayouts,
  },
  {
    call: 'listTransactions',
    capability: 'finances',
    tellsIdentity: true,
    tellsStanding: false,
    everyLook: false,
    inTurn: false,
    rung: 'capability',
    // Orders of the last 48 hours may be missing, and a page holds up to 500: three days are enough to name the seller.
    path: (now) => `/finances/2024-06-19/transactions?postedAfter=${instant(now - 3 * DAY)}`,
    read: readTransactions,
  },
  {
    call: 'getReports',
    capability: 'reports',
    tellsIdentity: false,
    tellsStanding: false,
    everyLook: false,
    inTurn: true,
    rung: 'capability',
    path: () => `/reports/2021-06-30/reports?reportTypes=${SETTLEMENT_REPORT}&pageSize=1`,
    read: readReports,
  },
];

function instant(at: number): string {
  return encodeURIComponent(`${new Date(at).toISOString().slice(0, 19)}Z`);
}

function dataCall(name: string): AmazonDataCall {
  const found = AMAZON_DATA_CALLS.find((one) => one.call === name);
  if (!found) throw new Fault('internal', { detail: `Amazon has no data call named ${name}.` });
  return found;
}

// ── What is asked ────────────────────────────────────────────────────────────────────────────────────────────────────

function sendDataCall(
  outbound: Outbound,
  question: { path: string; region: Region; access: AccessToken },
  limits: Limits,
): Promise<OutboundResult> {
  return outbound.send({
    ...limits,
    method: 'GET',
    url: `https://${API_HOSTS[question.region]}${question.path}`,
    headers: { 'x-amz-access-token': question.access.token.reveal() },
  });
}

export type Grant =
  | { type: 'authorization_code'; code: Secret }
  | { type: 'refresh_token'; refreshToken: Secret }
  | { type: 'client_credentials'; scope?: string };

/** One request to the token endpoint with one of the app's secrets. */
function sendToken(
  outbound: Outbound,
  question: { app: AmazonApp; clientSecret: Secret; grant: Grant },
  limits: Limits,
): Promise<TokenAnswer> {
  const { app, clientSecret, grant } = question;
  const parameters = tokenParameters(app, grant);
  const asked: TokenQuestion = {
    endpoint: TOKEN_ENDPOINT,
    clientId: app.clientId,
    clientSecret,
    grantType: grant.type,
    parameters,
  };
  return askForToken(outbound, asked, limits);
}

function tokenParameters(app: AmazonApp, grant: Grant): Record<string, string> {
  switch (grant.type) {
    case 'authorization_code':
      return { code: grant.code.reveal(), redirect_uri: app.redirectUri };
    case 'refresh_token':
      return { refresh_token: grant.refreshToken.reveal() };
    case 'client_credentials':
      // Opens the calls that need no seller ("grantless operations" of the notifications model).
      return { scope: grant.scope ?? 'sellingpartnerapi::notifications' };
  }
}

// ── What it means ────────────────────────────────────────────────────────────────────────────────────────────────────

function understandData(result: OutboundResult, read: (body: unknown) => Reading): Understood & { facts: LearntFacts } {
  const understood = understand('spapi', result);
  if (understood.answer !== 'ok') return { ...understood, facts: {} };
  const reading = read(understood.body);
  if ('garbled' in reading) return { ...garbled(understood, reading.garbled), facts: {} };
  return { ...understood, facts: reading.facts };
}

/** A 200 without a usable token is garbled; a code exchange must bring a refresh token, or nothing lasts. */
function understandToken({ result, tokens }: TokenAnswer, grant: Grant['type']): Understood {
  const understood = understand('lwa', result);
  if (understood.answer !== 'ok') return understood;
  if (tokens === null) return garbled(understood, 'The answer carries no usable access token.');
  if (grant === 'authorization_code' && tokens.refreshToken === null)
    return garbled(understood, 'The answer carries no refresh token.');
  return understood;
}

// ── The calls ────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function askData(
  outbound: Outbound,
  question: { call: string; region: Region; access: AccessToken },
  context: CallContext,
): Promise<Finding> {
  const { call, capability, rung, path, read } = dataCall(question.call);
  const result = await sendDataCall(outbound, { ...question, path: path(context.now()) }, limitsOf(context));
  const heard = { result, ms: result.ms, now: context.now() };
  return toFinding({ rung, call, region: question.region, capability }, understandData(result, read), heard);
}

/** A call that belongs to the app alone, so it says nothing about any store's capabilities. */
export async function askWithoutSeller(
  outbound: Outbound,
  question: { region: Region; access: AccessToken },
  context: CallContext,
): Promise<Finding> {
  const path = '/notifications/v1/destinations';
  const result = await sendDataCall(outbound, { ...question, path }, limitsOf(context));
  const about = { rung: 'control', call: 'getDestinations', region: question.region, capability: null } as const;
  const understood = understandData(result, () => ({ facts: {} }));
  return toFinding(about, understood, { result, ms: result.ms, now: context.now() });
}

/**
 * One of the three grants at the token endpoint. `grantToken` is null unless Amazon sent one that differs from the one
 * it was asked with: on a refresh it echoes it (Developer Guide), and there is nothing to store.
 */
export async function askToken(
  outbound: Outbound,
  question: { app: AmazonApp; grant: Grant; rung: Rung },
  context: CallContext,
): Promise<GrantAnswer> {
  const { app, grant, rung } = question;
  const asked = await withEitherSecret(outbound, { app, grant }, context);
  const about = { rung, call: 'token', region: null, capability: null };
  const finding = toFinding(about, asked.understood, { result: asked.result, ms: asked.ms, now: context.now() });
  const tokens = finding.answer === 'ok' ? asked.tokens : null;
  const otherSecret = asked.otherSecret;
  if (tokens === null) return { finding, access: null, grantToken: null, otherSecret };
  return { finding, access: accessFrom(tokens, asked.askedAt), grantToken: newToken(tokens, grant), otherSecret };
}

/** The hour is counted from before the question, so that a slow answer never makes a token look younger than it is. */
function accessFrom(tokens: Tokens, askedAt: number): AccessToken {
  return { token: tokens.accessToken, mintedAt: askedAt, expiresAt: askedAt + tokens.lifetimeMs };
}

function newToken(tokens: Tokens, grant: Grant): Secret | null {
  if (grant.type === 'refresh_token' && tokens.refreshToken?.reveal() === grant.refreshToken.reveal()) return null;
  return tokens.refreshToken;
}

type Attempt = TokenAnswer & { understood: Understood; askedAt: number; ms: number; otherSecret: boolean };

/**
 * While a secret is being rotated two are live, and which one Amazon still takes is not known here: a refusal of the
 * app is believed only after the other secret was tried once (the old one lives seven days longer).
 */
async function withEitherSecret(
  outbound: Outbound,
  question: { app: AmazonApp; grant: Grant },
  context: CallContext,
): Promise<Attempt> {
  const { app, grant } = question;
  const attempt = async (clientSecret: Secret, spentMs: number): Promise<Attempt> => {
    const askedAt = context.now();
    const limits = limitsOf(context, spentMs);
    const answer = await sendToken(outbound, { app, grant, clientSecret }, limits);
    return {
      ...answer,
      understood: understandToken(answer, grant.type),
      askedAt,
      ms: spentMs + answer.result.ms,
      otherSecret: false,
    };
  };
  const first = await attempt(app.clientSecret, 0);
  if (!refusesApp(first) || app.previousClientSecret === null) return first;
  const second = await attempt(app.previousClientSecret, first.ms);
  if (refusesApp(second)) return { ...first, ms: second.ms };
  if (second.understood.answer !== 'ok') return second;
  return { ...second, otherSecret: true, understood: { ...second.understood, message: OTHER_SECRET } };
}

const OTHER_SECRET = 'Amazon refused one client secret of the app and took its other one.';

function refusesApp({ understood }: Attempt): boolean {
  return understood.answer === 'app_refused' || understood.answer === 'app_secret_expired';
}
