import type { Instant } from '../clock.ts';
import { reportIds, SETTLEMENT_REPORT } from '../spapi/reportIds.ts';
import type { Payout, Settlement, Transaction } from '../world/schema.ts';
import type { Seller } from './amazon.ts';
import type { News } from './notifications.ts';

/** The statuses ACCOUNT_STATUS_CHANGED has words for; that an account was closed is not told. */
const TOLD_STATUSES: readonly string[] = ['NORMAL', 'AT_RISK', 'DEACTIVATED'] satisfies Seller['status'][];

/** ACCOUNT_STATUS_CHANGED, or undefined where there is nothing to tell. Neither seller nor marketplace is named. */
export function statusNews(before: Seller['status'], after: Seller['status'], at: Instant): News | undefined {
  if (before === after || !TOLD_STATUSES.includes(before) || !TOLD_STATUSES.includes(after)) return undefined;
  return statusPayload(before, after, at);
}

export function statusPayload(before: string, after: string, at: Instant): News {
  const accountStatusChangeNotification = { previousAccountStatus: before, currentAccountStatus: after };
  return { type: 'ACCOUNT_STATUS_CHANGED', payload: { accountStatusChangeNotification }, at };
}

/** TRANSACTION_UPDATE of a transaction; undefined where it lacks what the notification's schema requires. */
export function transactionNews(transaction: Transaction): News | undefined {
  const { postedDate, totalAmount, relatedIdentifiers = [], sellingPartnerMetadata } = transaction;
  if (postedDate === undefined || !totalAmount) return undefined;
  return money({
    sellerId: transaction.sellerId,
    marketplaceId: sellingPartnerMetadata?.marketplaceId,
    accountType: sellingPartnerMetadata?.accountType,
    related: relatedIdentifiers.map((one): [string, string] => [
      pascalName(one.relatedIdentifierName),
      one.relatedIdentifierValue,
    ]),
    type: typeof transaction['transactionType'] === 'string' ? transaction['transactionType'] : 'Other',
    postedDate,
    amount: totalAmount,
  });
}

/** When a payout comes into being; its model leaves `creationDate` optional. */
export const payoutDate = ({ creationDate, statusHistory }: Payout): string | undefined =>
  creationDate ?? statusHistory[0]?.lastUpdatedDate;

/** TRANSACTION_UPDATE of a payout: a transfer out of the balance, so its amount is negative. */
export function payoutNews(payout: Payout): News | undefined {
  const postedDate = payoutDate(payout);
  if (postedDate === undefined || !payout.amount) return undefined;
  const { marketplaceId, accountType } = payout.partnerMetadata;
  const { currencyAmount, currencyCode } = payout.amount;
  return money({
    sellerId: payout.sellerId,
    marketplaceId,
    accountType,
    related: [['DisbursementId', payout.id]],
    type: 'Transfer',
    postedDate,
    amount: { currencyCode, currencyAmount: -currencyAmount },
  });
}

type Posted = {
  sellerId: string;
  marketplaceId: string | undefined;
  accountType: string | undefined;
  related: [name: string, value: string][];
  type: string;
  postedDate: string;
  amount: { currencyAmount: number; currencyCode: string };
};

function money({ sellerId, marketplaceId = '', accountType = '', related, type, postedDate, amount }: Posted): News {
  const TransactionUpdateNotification = {
    SellingPartnerMetadata: { SellingPartnerId: sellerId, MarketplaceId: marketplaceId, AccountType: accountType },
    RelatedIdentifiers: related.map(([RelatedIdentifierName, RelatedIdentifierValue]) => ({
      RelatedIdentifierName,
      RelatedIdentifierValue,
    })),
    TransactionType: type,
    PostedDate: new Date(postedDate).toISOString(),
    TotalAmount: { CurrencyAmount: amount.currencyAmount, CurrencyCode: amount.currencyCode },
  };
  return { type: 'TRANSACTION_UPDATE', payload: { TransactionUpdateNotification }, at: Date.parse(postedDate) };
}

/** "ORDER_ID" is "OrderId" in the notification. */
function pascalName(name: string): string {
  const words = name.toLowerCase().split('_');
  return words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('');
}

/** REPORT_PROCESSING_FINISHED of the settlement report Amazon makes by itself at the end of a period. */
export function settlementNews(settlement: Settlement): News {
  const { sellerId } = settlement;
  const reportProcessingFinishedNotification = {
    sellerId,
    accountId: `amzn1.merchant.o.${sellerId}`,
    ...reportIds(settlement),
    reportType: SETTLEMENT_REPORT,
    processingStatus: 'DONE',
  };
  return {
    type: 'REPORT_PROCESSING_FINISHED',
    payload: { reportProcessingFinishedNotification },
    at: Date.parse(settlement.end),
  };
}
