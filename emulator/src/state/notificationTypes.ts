/** What Amazon knows of one type of notification ("Notification Type Values", and the schema of each type). */
export type NotificationType = {
  /** Payload versions a subscription may name. */
  versions: readonly string[];
  /** Which kind of destination takes it. */
  workflow: 'sqs' | 'eventBridge';
  /** Roles the seller's permission needs, where these data need one at all. */
  roles: readonly string[];
  /** How the members of its envelope are written. */
  members: 'camelCase' | 'PascalCase';
  /** `notificationVersion` of its envelope. */
  version: string;
};

type Row = readonly [type: string, versions: string, members: 'camelCase' | 'PascalCase', version: string];

const SQS: readonly Row[] = [
  ['ACCOUNT_STATUS_CHANGED', '2021-01-01', 'camelCase', '1.0'],
  ['ANY_OFFER_CHANGED', '1.0', 'PascalCase', '1.0'],
  ['B2B_ANY_OFFER_CHANGED', '1.0', 'PascalCase', '1.0'],
  ['DATA_KIOSK_QUERY_PROCESSING_FINISHED', '2023-11-15', 'camelCase', '2023-11-15'],
  ['DETAIL_PAGE_TRAFFIC_EVENT', '2020-09-04', 'camelCase', '2020-09-04'],
  ['FBA_INVENTORY_AVAILABILITY_CHANGES', '1.0', 'PascalCase', '1.0'],
  ['FBA_OUTBOUND_SHIPMENT_STATUS', '1.0', 'PascalCase', '1.0'],
  ['FEED_PROCESSING_FINISHED', '2020-09-04', 'camelCase', '2020-09-04'],
  ['FEE_PROMOTION', '1.0', 'PascalCase', '1.0'],
  ['FULFILLMENT_ORDER_STATUS', '1.0', 'PascalCase', '1.0'],
  ['ITEM_INVENTORY_EVENT_CHANGE', '2020-09-04', 'camelCase', '2020-09-04'],
  ['ITEM_SALES_EVENT_CHANGE', '2020-09-04', 'camelCase', '2020-09-04'],
  ['ORDER_CHANGE', '1.0', 'PascalCase', '1.0'],
  ['PRICING_HEALTH', '1.0', 'camelCase', '1.0'],
  // "1.0" is what many subscribe with and is taken (amzn/selling-partner-api-docs 1564); the message says the other.
  ['REPORT_PROCESSING_FINISHED', '2020-09-04 1.0', 'camelCase', '2020-09-04'],
  ['TRANSACTION_UPDATE', '1.0', 'PascalCase', '1.0'],
];

const EVENT_BRIDGE: readonly Row[] = [
  ['BRANDED_ITEM_CONTENT_CHANGE', '1.0', 'PascalCase', '1.0'],
  ['ITEM_PRODUCT_TYPE_CHANGE', '1.0', 'PascalCase', '1.0'],
  ['LISTINGS_ITEM_ISSUES_CHANGE', '1.0 2023-12-13', 'PascalCase', '1.0'],
  ['LISTINGS_ITEM_MFN_QUANTITY_CHANGE', '1.0', 'PascalCase', '1.0'],
  ['LISTINGS_ITEM_STATUS_CHANGE', '1.0', 'PascalCase', '1.0'],
  ['PRODUCT_TYPE_DEFINITIONS_CHANGE', '1.0', 'PascalCase', '1.0'],
];

/** Money needs the role that opens money, standing the one that opens standing; unverified where no data are behind it. */
const ROLES: Record<string, readonly string[]> = {
  ACCOUNT_STATUS_CHANGED: ['insights'],
  TRANSACTION_UPDATE: ['finance'],
};

const TYPES: ReadonlyMap<string, NotificationType> = new Map([
  ...SQS.map((row) => entry('sqs', row)),
  ...EVENT_BRIDGE.map((row) => entry('eventBridge', row)),
]);

function entry(
  workflow: NotificationType['workflow'],
  [type, versions, members, version]: Row,
): [string, NotificationType] {
  return [type, { versions: versions.split(' '), workflow, roles: ROLES[type] ?? [], members, version }];
}

/** A type that a seller's subscription may be of; undefined for any other, the ones about an app itself included. */
export function notificationType(name: string): NotificationType | undefined {
  return TYPES.get(name);
}

/** News about an app itself: no subscription, the developer console's notification preference says where they go. */
export const APP_NOTIFICATIONS = [
  'APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY',
  'APPLICATION_OAUTH_CLIENT_NEW_SECRET',
] as const;
