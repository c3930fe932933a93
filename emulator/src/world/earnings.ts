import { createHash } from 'node:crypto';

import type { Instant } from '../clock.ts';
import { marketplaceById } from '../marketplaces.ts';
import { groupId } from '../spapi/groupId.ts';
import { namedValue } from '../state/issue.ts';
import type { Payout, Settlement, Transaction } from './schema.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Amazon's usual settlement period. */
const FORTNIGHT = 14 * DAY;

/** How many dollars' worth one unit of a currency is taken for, so that amounts look like the country's own. */
const UNITS: Record<string, number> = { JPY: 150, MXN: 18, SEK: 11, PLN: 4, INR: 84, TRY: 34, EGP: 49 };
/** Currencies without a smaller unit. */
const WHOLE = new Set(['JPY']);

type Earner = { sellerId: string; marketplaceId: string };

/** One line of a fortnight: what it is, and its part of the fortnight's sales in percent. */
const LINES = [
  { type: 'Shipment', description: 'Order Payment', percent: 46, day: 2 },
  { type: 'Shipment', description: 'Order Payment', percent: 38, day: 7 },
  { type: 'Shipment', description: 'Order Payment', percent: 33, day: 12 },
  { type: 'Refund', description: 'Refund Order', percent: -6, day: 9 },
  { type: 'ServiceFee', description: 'FBA Inventory Storage Fee', percent: -11, day: 13 },
] as const;

/**
 * A site's fortnights within a span, each with its transactions, the payout that is their sum and the settlement that
 * lists them. Fortnights are counted from 1970, so the same fortnight has the same ids and amounts whenever this is asked.
 */
export function settledFortnights(order: Earner & { from: Instant; to: Instant }): {
  payouts: Payout[];
  transactions: Transaction[];
  settlements: Settlement[];
} {
  const payouts: Payout[] = [];
  const transactions: Transaction[] = [];
  const settlements: Settlement[] = [];
  for (let number = Math.ceil(order.from / FORTNIGHT); (number + 1) * FORTNIGHT <= order.to; number += 1) {
    const lines = fortnightLines(order, number);
    transactions.push(...lines);
    payouts.push(payoutOf(order, number, lines));
    settlements.push(settlementOf(order, number, lines));
  }
  return { payouts, transactions, settlements };
}

function fortnightLines(earner: Earner, number: number): Transaction[] {
  const sales = salesOf(earner, number);
  return LINES.map((line, index) => {
    const posted = startOf(earner, number) + line.day * DAY + index * 37 * 60_000;
    return transaction(earner, { number, line, index, posted, amount: rounded(earner, (sales * line.percent) / 100) });
  });
}

type Line = { number: number; line: (typeof LINES)[number]; index: number; posted: Instant; amount: number };

function transaction(earner: Earner, { number, line, index, posted, amount }: Line): Transaction {
  const { sellerId, marketplaceId } = earner;
  const name = `${sellerId} ${marketplaceId} ${number} ${index}`;
  const order = { relatedIdentifierName: 'ORDER_ID', relatedIdentifierValue: orderId(name) };
  const related = [
    { relatedIdentifierName: 'FINANCIAL_EVENT_GROUP_ID', relatedIdentifierValue: groupId(payoutId(earner, number)) },
    ...(line.type === 'ServiceFee' ? [] : [order]),
  ];
  return {
    sellerId,
    sellingPartnerMetadata: { sellingPartnerId: sellerId, accountType: 'STANDARD_ORDERS', marketplaceId },
    relatedIdentifiers: related,
    transactionType: line.type,
    transactionId: namedValue('uuid', `transaction ${name}`).replaceAll('-', ''),
    transactionStatus: 'RELEASED',
    description: line.description,
    postedDate: iso(posted),
    totalAmount: money(earner, amount),
    marketplaceDetails: { marketplaceId, marketplaceName: marketplaceById(marketplaceId)?.name ?? marketplaceId },
    breakdowns: [{ breakdownType: line.description, breakdownAmount: money(earner, amount) }],
  };
}

function payoutOf(earner: Earner, number: number, lines: readonly Transaction[]): Payout {
  const { sellerId, marketplaceId } = earner;
  const id = payoutId(earner, number);
  const end = startOf(earner, number) + FORTNIGHT;
  const total = lines.reduce((sum, line) => sum + (line.totalAmount?.currencyAmount ?? 0), 0);
  return {
    sellerId,
    id,
    partnerMetadata: { partnerId: sellerId, accountType: 'STANDARD_ORDERS', marketplaceId },
    currentStatus: 'PAID',
    statusHistory: [
      { status: 'STARTED', lastUpdatedDate: iso(end) },
      { status: 'IN_TRANSIT', lastUpdatedDate: iso(end + 6 * HOUR) },
      { status: 'PAID', lastUpdatedDate: iso(end + 54 * HOUR) },
    ],
    type: 'SCHEDULED',
    amount: money(earner, rounded(earner, total)),
    accountTail: String(1000 + (drawn(`${sellerId} account`) % 9000)).slice(-3),
    paymentMethod: 'BANK_ACCOUNT',
    creationDate: iso(end),
    paymentRail: 'ACH',
    traceId: namedValue('uuid', `trace ${id}`).replaceAll('-', '').slice(0, 16).toUpperCase(),
    period: { startDate: iso(end - FORTNIGHT), endDate: iso(end) },
    relatedIdentifiers: [{ relatedIdentifierName: 'SETTLEMENT_ID', relatedIdentifierValue: id }],
  };
}

/** A settlement report's words for a kind of transaction: type, amount type, description of the amount. */
const SETTLED: Record<string, readonly [string, string, string]> = {
  Shipment: ['Order', 'ItemPrice', 'Principal'],
  Refund: ['Refund', 'ItemPrice', 'Principal'],
};
const OTHER_SETTLED = ['other-transaction', 'FBA Inventory Storage Fee', 'Storage Fee'] as const;

function settlementOf(earner: Earner, number: number, lines: readonly Transaction[]): Settlement {
  const end = startOf(earner, number) + FORTNIGHT;
  const marketplace = marketplaceById(earner.marketplaceId);
  return {
    sellerId: earner.sellerId,
    settlementId: payoutId(earner, number),
    start: iso(end - FORTNIGHT),
    end: iso(end),
    depositDate: iso(end + 54 * HOUR),
    currency: marketplace?.currency ?? 'USD',
    accountType: 'STANDARD_ORDERS',
    lines: lines.map((line) => settledLine(line, marketplace?.name ?? '')),
  };
}

function settledLine(line: Transaction, marketplaceName: string): Settlement['lines'][number] {
  const [transactionType, amountType, amountDescription] = SETTLED[String(line['transactionType'])] ?? OTHER_SETTLED;
  const order = line.relatedIdentifiers?.find((one) => one.relatedIdentifierName === 'ORDER_ID');
  return {
    transactionType,
    amountType,
    amountDescription,
    amount: line.totalAmount?.currencyAmount ?? 0,
    marketplaceName,
    postedDate: line.postedDate,
    orderId: order?.relatedIdentifierValue,
  };
}

/** Periods of different stores end on different days. */
function startOf({ sellerId, marketplaceId }: Earner, number: number): Instant {
  const shift = drawn(`${sellerId} ${marketplaceId} shift`) % (13 * 24);
  return number * FORTNIGHT - FORTNIGHT + shift * HOUR;
}

function salesOf({ sellerId, marketplaceId }: Earner, number: number): number {
  const size = 900 + (drawn(`${sellerId} ${marketplaceId} size`) % 9000);
  const season = 80 + (drawn(`${sellerId} ${marketplaceId} ${number}`) % 45);
  const currency = marketplaceById(marketplaceId)?.currency ?? 'USD';
  return (size * season * (UNITS[currency] ?? 1)) / 100;
}

function money({ marketplaceId }: Earner, currencyAmount: number) {
  return { currencyCode: marketplaceById(marketplaceId)?.currency ?? 'USD', currencyAmount };
}

function rounded({ marketplaceId }: Earner, amount: number): number {
  const whole = WHOLE.has(marketplaceById(marketplaceId)?.currency ?? 'USD');
  return whole ? Math.round(amount) : Math.round(amount * 100) / 100;
}

function payoutId({ sellerId, marketplaceId }: Earner, number: number): string {
  return String(11_000_000_000 + drawn(`${sellerId} ${marketplaceId} payout ${number}`));
}

/** Amazon's order numbers: three, seven and seven digits. */
function orderId(name: string): string {
  const digits = String(drawn(`order ${name}`)).padStart(10, '0');
  const more = String(drawn(`more ${name}`)).padStart(10, '0');
  return `${digits.slice(-3)}-${digits.slice(0, 7)}-${more.slice(-7)}`;
}

/** A whole number below 2^32 that depends on the name alone. */
function drawn(name: string): number {
  return createHash('sha256').update(name).digest().readUInt32BE(0);
}

const iso = (instant: Instant): string => new Date(instant).toISOString();
