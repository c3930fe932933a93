/**
 * What the money calls tell about a connection: which seller answers and how its coming payout stands. Shapes are those
 * of the models transfers_2024-06-01, finances_2024-06-19, financesV0 and reports_2021-06-30; values are taken
 * leniently, because Amazon's own sandbox answers break the enums of its models.
 */
import { z } from 'zod';

import type { LearntFacts } from '../../core/observation.ts';
import { listOf } from '../list-of.ts';

/** What a body told, or why it cannot be read: `garbled` names the first place that is not as the model has it. */
export type Reading = { facts: LearntFacts } | { garbled: string };

const partnerMetadata = z.object({ partnerId: z.string().min(1) });

const expectedPayouts = z.object({
  expectedPayouts: listOf(z.object({ partnerMetadata, status: z.string() })),
});
const payouts = z.object({
  payouts: listOf(z.object({ id: z.string(), partnerMetadata, currentStatus: z.string() })),
});
const transactions = z.object({
  payload: z.object({
    transactions: listOf(
      z.object({ sellingPartnerMetadata: z.object({ sellingPartnerId: z.string().optional() }).optional() }),
    ).optional(),
  }),
});
const eventGroups = z.object({
  payload: z.object({ FinancialEventGroupList: listOf(z.object({})).optional() }),
});
const reports = z.object({ reports: listOf(z.object({ reportId: z.string(), reportType: z.string() })) });

/** `listExpectedPayouts`: the seller, and the worst news among its coming payouts. */
export function readExpectedPayouts(body: unknown): Reading {
  return reading(expectedPayouts, body, (read) => ({
    ...identity(read.expectedPayouts.map((one) => one.partnerMetadata.partnerId)),
    ...payoutHealth(new Set(read.expectedPayouts.map((one) => one.status))),
  }));
}

export function readPayouts(body: unknown): Reading {
  return reading(payouts, body, (read) => identity(read.payouts.map((one) => one.partnerMetadata.partnerId)));
}

export function readTransactions(body: unknown): Reading {
  return reading(transactions, body, (read) =>
    identity((read.payload.transactions ?? []).map((one) => one.sellingPartnerMetadata?.sellingPartnerId ?? '')),
  );
}

export function readEventGroups(body: unknown): Reading {
  return reading(eventGroups, body, ({ payload }) => rowsOf(payload.FinancialEventGroupList));
}

export function readReports(body: unknown): Reading {
  return reading(reports, body, (read) => rowsOf(read.reports));
}

/** A list that is missing altogether tells nothing. */
function rowsOf(list: readonly unknown[] | undefined): Pick<LearntFacts, 'rows'> {
  return list === undefined ? {} : { rows: list.length > 0 ? 'some' : 'none' };
}

export function reading<Body>(shape: z.ZodType<Body>, body: unknown, learn: (read: Body) => LearntFacts): Reading {
  const read = shape.safeParse(body);
  if (read.success) return { facts: learn(read.data) };
  const place = read.error.issues[0]?.path.join('.') ?? '';
  return { garbled: place === '' ? 'The body has another shape than the model.' : `Not as the model has it: ${place}` };
}

/** One seller named throughout is the identity; none, or two, tell nothing. */
function identity(named: readonly string[]): { sellerId?: string } {
  const [first, ...others] = new Set(named.filter((id) => id !== ''));
  return first !== undefined && others.length === 0 ? { sellerId: first } : {};
}

/** `DISABLED` and `AT_RISK` of one account or site count for the store; no entry at all tells nothing. */
function payoutHealth(statuses: ReadonlySet<string>): { payouts?: NonNullable<LearntFacts['payouts']> } {
  if (statuses.has('DISABLED')) return { payouts: 'disabled' };
  if (statuses.has('AT_RISK')) return { payouts: 'at_risk' };
  if (statuses.has('SCHEDULED')) return { payouts: 'scheduled' };
  return statuses.has('NO_PAYOUT_EXPECTED') ? { payouts: 'none' } : {};
}
