/**
 * MWS's calls, in pairs: `send` asks, `understand…` reads a literal answer. Each call is the cheapest question that shows
 * what it is asked for. Quotas are per operation, seller and developer: participations 15, one more a minute; event groups
 * 30, one more in two seconds; report list 10, one more a minute, 60 an hour; service status 2, one more in five minutes.
 */
import type { AccessToken, MwsApp } from '../../core/access.ts';
import { Fault } from '../../core/fault.ts';
import type { LearntFacts, Rung } from '../../core/observation.ts';
import type { CallContext, DataCall, Finding, Site } from '../connector.ts';
import { garbled, limitsOf, toFinding } from '../finding.ts';
import type { About } from '../finding.ts';
import type { Limits, Outbound, OutboundResult } from '../outbound.ts';
import { understand } from './evidence.ts';
import type { MwsUnderstood } from './evidence.ts';
import { readEventGroups, readReports } from './payouts.ts';
import type { Reading } from './payouts.ts';
import { hostOf } from './regions.ts';
import { signedForm } from './signature.ts';
import { readParticipations, readServiceStatus } from './standing.ts';
import type { XmlElement } from './xml.ts';

/** `clock` is the machine's, in milliseconds: MWS judges a request by the time that stands in its signature. */
export type Line = { outbound: Outbound; clock: () => number };

/** Section and version, which are the path; every section answers GetServiceStatus with a quota of its own. */
type Section = 'Sellers/2011-07-01' | 'Finances/2015-05-01' | 'Reports/2009-01-01';

type MwsDataCall = DataCall & {
  rung: Rung;
  section: Section;
  /** What the operation wants beside the seller; `now` in milliseconds for a span of time. */
  parameters: (now: number) => Record<string, string>;
  read: (root: XmlElement) => Reading;
};

const DAY = 86_400_000;

/** In the order in which they are worth asking. */
export const MWS_DATA_CALLS: readonly MwsDataCall[] = [
  {
    call: 'ListMarketplaceParticipations',
    capability: 'participations',
    tellsIdentity: true,
    tellsStanding: true,
    everyLook: true,
    inTurn: false,
    rung: 'identity',
    section: 'Sellers/2011-07-01',
    parameters: () => ({}),
    read: readParticipations,
  },
  {
    call: 'ListFinancialEventGroups',
    capability: 'finances',
    tellsIdentity: false,
    tellsStanding: false,
    everyLook: true,
    inTurn: false,
    rung: 'capability',
    section: 'Finances/2015-05-01',
    // Groups close every two weeks; what is in them is not needed here, so one is enough.
    parameters: (now) => ({
      FinancialEventGroupStartedAfter: new Date(now - 42 * DAY).toISOString(),
      MaxResultsPerPage: '1',
    }),
    read: readEventGroups,
  },
  {
    call: 'GetReportList',
    capability: 'reports',
    tellsIdentity: false,
    tellsStanding: false,
    everyLook: true,
    inTurn: false,
    rung: 'capability',
    section: 'Reports/2009-01-01',
    parameters: () => ({ 'ReportTypeList.Type.1': '_GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2_', MaxCount: '1' }),
    read: readReports,
  },
];

function dataCall(name: string): MwsDataCall {
  const found = MWS_DATA_CALLS.find((one) => one.call === name);
  if (!found) throw new Fault('internal', { detail: `MWS has no data call named ${name}.` });
  return found;
}

// ── What is asked ────────────────────────────────────────────────────────────────────────────────────────────────────

type Question = { app: MwsApp; site: Site; section: Section; parameters: Record<string, string> };

/** A signed form, posted. The signature is for the real host, also where the hosts template sends it elsewhere. */
function send({ outbound, clock }: Line, question: Question, limits: Limits): Promise<OutboundResult> {
  const { app, site, section } = question;
  const host = hostOf(site);
  if (host === undefined) throw new Fault('internal', { detail: `MWS never served ${site.site}.` });
  const path = `/${section}`;
  const parameters = {
    ...question.parameters,
    AWSAccessKeyId: app.accessKeyId,
    SignatureMethod: 'HmacSHA256',
    SignatureVersion: '2',
    Timestamp: new Date(clock()).toISOString(),
    Version: section.slice(section.indexOf('/') + 1),
  };
  return outbound.send({
    ...limits,
    method: 'POST',
    url: `https://${host}${path}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', accept: 'text/xml' },
    body: signedForm({ host, path, parameters }, app.secretKey),
  });
}

// ── What it means ────────────────────────────────────────────────────────────────────────────────────────────────────

function understandBody(
  result: OutboundResult,
  read: (root: XmlElement) => Reading,
): MwsUnderstood & { facts: LearntFacts } {
  const understood = understand(result);
  if (understood.answer !== 'ok' || understood.body === null) return { ...understood, facts: {} };
  const reading = read(understood.body);
  if ('garbled' in reading) return { ...garbled(understood, reading.garbled), facts: {} };
  return { ...understood, message: reading.message ?? null, facts: reading.facts };
}

// ── The calls ────────────────────────────────────────────────────────────────────────────────────────────────────────

type Asked = { about: About; question: Question; read: (root: XmlElement) => Reading };

async function ask(line: Line, { about, question, read }: Asked, context: CallContext): Promise<Finding> {
  const result = await send(line, question, limitsOf(context));
  return toFinding(about, understandBody(result, read), { result, ms: result.ms, now: context.now() });
}

/** `sellerId` and the token are a pair: a call without the seller could not be answered. */
export async function askData(
  line: Line,
  asked: { app: MwsApp; call: string; site: Site; sellerId: string | null; access: AccessToken },
  context: CallContext,
): Promise<Finding> {
  const { app, site, sellerId, access } = asked;
  const { call, capability, rung, section, parameters, read } = dataCall(asked.call);
  if (sellerId === null) throw new Fault('internal', { detail: 'MWS was asked about a store without its seller ID.' });
  const pair = { SellerId: sellerId, MWSAuthToken: access.token.reveal() };
  const question = { app, site, section, parameters: { ...parameters(context.now()), ...pair, Action: call } };
  return ask(line, { about: { rung, call, region: site.region, capability }, question, read }, context);
}

/**
 * The health of one section, asked with the developer's key alone: no seller, no token. A good answer also proves key,
 * secret and clock. The control asks another section than the app does, so that they do not spend one quota of two.
 */
export function askServiceStatus(
  line: Line,
  asked: { app: MwsApp; site: Site; rung: 'app' | 'control' },
  context: CallContext,
): Promise<Finding> {
  const { app, site, rung } = asked;
  const section = rung === 'app' ? 'Sellers/2011-07-01' : 'Finances/2015-05-01';
  const about: About = { rung, call: 'GetServiceStatus', region: site.region, capability: null };
  const question = { app, site, section, parameters: { Action: 'GetServiceStatus' } } as const;
  return ask(line, { about, question, read: readServiceStatus }, context);
}
