import type { Transaction } from '../world/schema.ts';
import { money } from './money.ts';
import type { Element } from './xml.ts';
import { fields } from './xml.ts';

/** The lists of ListFinancialEvents in the order recorded; those without a member are there too. */
const LISTS = [
  'ProductAdsPaymentEventList',
  'RentalTransactionEventList',
  'ServiceFeeEventList',
  'ShipmentSettleEventList',
  'ServiceProviderCreditEventList',
  'ImagingServicesFeeEventList',
  'SellerDealPaymentEventList',
  'SellerReviewEnrollmentPaymentEventList',
  'DebtRecoveryEventList',
  'ShipmentEventList',
  'GuaranteeClaimEventList',
  'TDSReimbursementEventList',
  'ChargebackEventList',
  'NetworkComminglingTransactionEventList',
  'LoanServicingEventList',
  'RefundEventList',
  'RemovalShipmentEventList',
  'PerformanceBondRefundEventList',
  'AffordabilityExpenseReversalEventList',
  'PayWithAmazonEventList',
  'AdhocDisbursementEventList',
  'CouponPaymentEventList',
  'RetrochargeEventList',
  'TrialShipmentEventList',
  'SAFETReimbursementEventList',
  'FBALiquidationEventList',
  'AffordabilityExpenseEventList',
  'AdjustmentEventList',
] as const;

type ListName = (typeof LISTS)[number];
type Event = { list: ListName; element: Element };

/** `FinancialEvents`: every transaction in the list of its kind, the order within a list kept. */
export function financialEvents(transactions: readonly Transaction[]): Element {
  const byList = Map.groupBy(transactions.map(event), ({ list }) => list);
  const lists = LISTS.map((name): Element => [name, (byList.get(name) ?? []).map(({ element }) => element)]);
  return ['FinancialEvents', lists];
}

/** What a transaction of the newer API is among MWS's events; a kind that MWS did not have is an adjustment. */
function event(transaction: Transaction): Event {
  switch (transaction['transactionType']) {
    case 'Shipment':
      return { list: 'ShipmentEventList', element: ['ShipmentEvent', shipment(transaction, '')] };
    case 'Refund':
      return { list: 'RefundEventList', element: ['ShipmentEvent', shipment(transaction, 'Adjustment')] };
    case 'ServiceFee':
      return { list: 'ServiceFeeEventList', element: ['ServiceFeeEvent', serviceFee(transaction)] };
    default:
      return { list: 'AdjustmentEventList', element: ['AdjustmentEvent', adjustment(transaction)] };
  }
}

/** `''` for a sale; the lists of a refund have `Adjustment` in their names. */
function shipment(transaction: Transaction, kind: '' | 'Adjustment'): Element[] {
  const charge: Element = [
    'ChargeComponent',
    [
      ['ChargeType', 'Principal'],
      ['ChargeAmount', amountOf(transaction)],
    ],
  ];
  return fields({
    [`ShipmentItem${kind}List`]: [['ShipmentItem', [[`ItemCharge${kind}List`, [charge]]]]],
    AmazonOrderId: related(transaction, 'ORDER_ID'),
    PostedDate: seconds(transaction),
    MarketplaceName: siteName(transaction),
  });
}

function serviceFee(transaction: Transaction): Element[] {
  const fee: Element = [
    'FeeComponent',
    [
      ['FeeAmount', amountOf(transaction)],
      ['FeeType', description(transaction)],
    ],
  ];
  return fields({ AmazonOrderId: related(transaction, 'ORDER_ID'), FeeList: [fee] });
}

function adjustment(transaction: Transaction): Element[] {
  return fields({
    AdjustmentType: 'Other',
    PostedDate: seconds(transaction),
    AdjustmentAmount: amountOf(transaction),
  });
}

function amountOf({ totalAmount }: Transaction): Element[] {
  return money(totalAmount?.currencyCode ?? 'USD', totalAmount?.currencyAmount ?? 0);
}

export function related({ relatedIdentifiers = [] }: Transaction, name: string): string | undefined {
  return relatedIdentifiers.find((one) => one.relatedIdentifierName === name)?.relatedIdentifierValue;
}

function description(transaction: Transaction): string {
  const words = transaction['description'];
  return typeof words === 'string' ? words : 'Other';
}

function siteName(transaction: Transaction): string | undefined {
  const details = transaction['marketplaceDetails'];
  const name = typeof details === 'object' && details !== null && 'marketplaceName' in details;
  return name && typeof details.marketplaceName === 'string' ? details.marketplaceName : undefined;
}

/** Event times are told to the second (recorded). */
function seconds({ postedDate }: Transaction): string | undefined {
  return postedDate === undefined ? undefined : `${new Date(postedDate).toISOString().slice(0, 19)}Z`;
}
