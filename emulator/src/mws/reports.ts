import { createHash } from 'node:crypto';

import type { Instant } from '../clock.ts';
import type { Settlement } from '../world/schema.ts';
import { dotted, parameter, required } from './asked.ts';
import type { Call, Operation } from './call.ts';
import { continued, cutPage, instant, pageSize } from './call.ts';
import { Refused } from './refusals.ts';
import { settlementFile } from './settlementFile.ts';
import { fields } from './xml.ts';
import type { Element } from './xml.ts';

const LIST = 'GetReportList';
/** Amazon makes settlement reports by itself; nobody can request or schedule one. */
const SETTLEMENT_REPORT = '_GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2_';
const MINUTE = 60_000;
/** Reports older than that are not listed, and gone. */
const NINETY_DAYS = 90 * 86_400_000;

type Report = { settlement: Settlement; reportId: string; reportRequestId: string; availableAt: Instant };

/** A report is there 18 to 28 minutes after its period ended (recorded). */
function reportOf(settlement: Settlement): Report {
  const drawn = createHash('sha256').update(`mws report ${settlement.sellerId} ${settlement.settlementId}`).digest();
  const delay = 18 * MINUTE + (drawn.readUInt32BE(0) % (10 * 60)) * 1000;
  return {
    settlement,
    reportId: `2${String(drawn.readUInt32BE(4)).padStart(10, '0')}018404`,
    reportRequestId: `5${String(drawn.readUInt32BE(8) % 100_000).padStart(5, '0')}018404`,
    availableAt: Date.parse(settlement.end) + delay,
  };
}

/** What a seller has now, newest first. */
function reportsOf({ amazon, seller, now }: Call): Report[] {
  return (amazon.settlements.get(seller.sellerId) ?? [])
    .map(reportOf)
    .filter(({ availableAt }) => availableAt <= now)
    .toSorted((a, b) => b.availableAt - a.availableAt);
}

function list(call: Call, from: number): Element[] {
  const found = matching(call);
  const page = cutPage(call, { action: LIST, size: pageSize(call, 'MaxCount', 10), from, list: found });
  const more = fields({ NextToken: page.nextToken });
  return [...more, ['HasNext', String(page.nextToken !== undefined)], ...page.entries.map(reportInfo)];
}

function matching(call: Call): Report[] {
  const { parameters, now } = call;
  const types = dotted(parameters, 'ReportTypeList.Type');
  const requests = dotted(parameters, 'ReportRequestIdList.Id');
  const since = Math.max(instant(call, 'AvailableFromDate') ?? -Infinity, now - NINETY_DAYS);
  const until = instant(call, 'AvailableToDate') ?? now;
  // Nobody can acknowledge a report here, so asking for acknowledged ones finds none.
  if (parameter(parameters, 'Acknowledged') === 'true') return [];
  if (types.length > 0 && !types.includes(SETTLEMENT_REPORT)) return [];
  return reportsOf(call).filter(
    ({ availableAt, reportRequestId }) =>
      availableAt >= since && availableAt <= until && (requests.length === 0 || requests.includes(reportRequestId)),
  );
}

function reportInfo({ reportId, reportRequestId, availableAt }: Report): Element {
  return [
    'ReportInfo',
    [
      ['ReportType', SETTLEMENT_REPORT],
      ['Acknowledged', 'false'],
      ['ReportId', reportId],
      ['ReportRequestId', reportRequestId],
      ['AvailableDate', `${new Date(availableAt).toISOString().slice(0, 19)}+00:00`],
    ],
  ];
}

function report(call: Call): string {
  const reportId = required(call.parameters, 'ReportId');
  const found = reportsOf(call).find((one) => one.reportId === reportId);
  if (found && found.availableAt >= call.now - NINETY_DAYS) return settlementFile(found.settlement);
  if (found) throw new Refused('report_gone');
  const anybodys = [...call.amazon.settlements.values()].flat().some((one) => reportOf(one).reportId === reportId);
  throw new Refused(anybodys ? refusedTo(call, reportId) : 'report_unknown');
}

/** Somebody else's report, or one's own that is still to come. */
function refusedTo({ amazon, seller }: Call, reportId: string): 'report_denied' | 'report_not_ready' {
  const own = (amazon.settlements.get(seller.sellerId) ?? []).some((one) => reportOf(one).reportId === reportId);
  return own ? 'report_not_ready' : 'report_denied';
}

/** Reports/2009-01-01. */
export const REPORTS: Record<string, Operation> = {
  [LIST]: { plan: { burst: 10, restoreSeconds: 60, hourly: 60 }, answer: (call) => list(call, 0) },
  [`${LIST}ByNextToken`]: {
    plan: { burst: 30, restoreSeconds: 2, hourly: 1800 },
    answer(next) {
      const { call, from } = continued(next, LIST);
      return list(call, from);
    },
  },
  GetReport: { plan: { burst: 15, restoreSeconds: 60, hourly: 60 }, answer: report },
  GetReportCount: {
    plan: { burst: 10, restoreSeconds: 45, hourly: 80 },
    answer: (call) => [['Count', String(matching(call).length)]],
  },
};
