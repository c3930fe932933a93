import type { Settlement } from '../world/schema.ts';

/** The columns of `_GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2_`. */
const COLUMNS = [
  'settlement-id',
  'settlement-start-date',
  'settlement-end-date',
  'deposit-date',
  'total-amount',
  'currency',
  'transaction-type',
  'order-id',
  'merchant-order-id',
  'adjustment-id',
  'shipment-id',
  'marketplace-name',
  'amount-type',
  'amount-description',
  'amount',
  'fulfillment-id',
  'posted-date',
  'posted-date-time',
  'order-item-code',
  'merchant-order-item-id',
  'merchant-adjustment-item-id',
  'sku',
  'quantity-purchased',
  'promotion-id',
] as const;

type Column = (typeof COLUMNS)[number];
type Row = Partial<Record<Column, string>>;

/** Tab-separated, the totals in the first row, then a row for every line. */
export function settlementFile(settlement: Settlement): string {
  const rows = [totals(settlement), ...settlement.lines.map((line) => lineRow(settlement, line))];
  const lines = rows.map((row) => COLUMNS.map((column) => row[column] ?? '').join('\t'));
  return [COLUMNS.join('\t'), ...lines, ''].join('\n');
}

function totals({ settlementId, start, end, depositDate, currency, lines }: Settlement): Row {
  const total = lines.reduce((sum, line) => sum + Math.round(Number(line.amount) * 100), 0) / 100;
  return {
    'settlement-id': settlementId,
    'settlement-start-date': written(start),
    'settlement-end-date': written(end),
    'deposit-date': written(depositDate),
    'total-amount': total.toFixed(2),
    currency,
  };
}

type Line = Settlement['lines'][number];

function lineRow({ settlementId }: Settlement, line: Line): Row {
  const posted = field(line, 'postedDate');
  return {
    'settlement-id': settlementId,
    'transaction-type': line.transactionType,
    'order-id': field(line, 'orderId'),
    'marketplace-name': field(line, 'marketplaceName'),
    'amount-type': line.amountType,
    'amount-description': line.amountDescription,
    amount: Number(line.amount).toFixed(2),
    'posted-date': written(posted).slice(0, 10),
    'posted-date-time': written(posted),
    sku: field(line, 'sku'),
    'quantity-purchased': field(line, 'quantity'),
  };
}

function field(line: Line, name: string): string {
  const value = line[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** "2020-05-22T07:52:49+00:00", as the recorded settlement report has it. */
function written(date: string | undefined): string {
  if (date === undefined || Number.isNaN(Date.parse(date))) return '';
  return `${new Date(date).toISOString().slice(0, 19)}+00:00`;
}
