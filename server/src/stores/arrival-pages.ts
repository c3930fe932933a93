/** The pages of arrivals that cannot go on by themselves, and of those that need nobody any more: what happened, one way on. */
export const ARRIVAL_PAGES = [
  'no_state',
  'unknown_state',
  'replayed',
  'expired',
  'other_browser',
  'malformed',
  'renewed',
  'looking',
  'not_renewed',
] as const;

export type ArrivalPage = {
  kind: 'page';
  page: (typeof ARRIVAL_PAGES)[number];
  title: string;
  text: string[];
  /** A link, or with `post` a form that goes on at once. */
  action: { label: string; href: string; post?: true } | null;
  status: number;
  /** Seconds after which the page asks again how it went. */
  refreshSeconds?: number;
  /** The store of the signed-in person that the arrival is about. */
  storeId?: string;
};

const START_AGAIN = { label: 'Go to your stores', href: '/stores' };

/** No page of these makes a token call. */
export const PAGES = {
  no_state: {
    kind: 'page',
    page: 'no_state',
    title: 'This did not start in Storekeeper',
    text: [
      'Amazon sent you here, but not by a way that Storekeeper began. Nothing was changed.',
      'Sign in to Storekeeper and start from the store you want to connect or reconnect.',
    ],
    action: START_AGAIN,
    status: 400,
  },
  unknown_state: {
    kind: 'page',
    page: 'unknown_state',
    title: 'This link is not one of ours',
    text: [
      'The address you came back with was not made by this Storekeeper, or it is incomplete. Nothing was changed.',
      'Start again from your store.',
    ],
    action: START_AGAIN,
    status: 400,
  },
  replayed: {
    kind: 'page',
    page: 'replayed',
    title: 'This step was done already',
    text: [
      'Your confirmation arrived once, and once is enough. Nothing was changed now.',
      'See your stores for how it went.',
    ],
    action: START_AGAIN,
    status: 409,
  },
  expired: {
    kind: 'page',
    page: 'expired',
    title: 'That took too long',
    text: [
      'The way back from Amazon is open for a quarter of an hour. Nothing was changed.',
      'Start again from your store; Amazon asks you to confirm once more.',
    ],
    action: START_AGAIN,
    status: 410,
  },
  other_browser: {
    kind: 'page',
    page: 'other_browser',
    title: 'You started in another browser',
    text: [
      'For your safety the confirmation counts only in the browser in which it began. Nothing was changed.',
      'Start again from your store, in this browser.',
    ],
    action: START_AGAIN,
    status: 403,
  },
  malformed: {
    kind: 'page',
    page: 'malformed',
    title: 'This address is incomplete',
    text: [
      'Something is missing in the address you came with, so it was not used. Nothing was changed.',
      'Start again from your store.',
    ],
    action: START_AGAIN,
    status: 400,
  },
  renewed: {
    kind: 'page',
    page: 'renewed',
    title: 'Your store is connected again',
    text: [
      'Amazon’s permission is renewed and was checked just now. A new term of a year starts today.',
      'You can close this page.',
    ],
    action: START_AGAIN,
    status: 200,
  },
  looking: {
    kind: 'page',
    page: 'looking',
    title: 'Your confirmation has arrived',
    text: [
      'If the seller who confirmed at Amazon has a store here, its permission is checked and renewed within a minute.',
      'If nothing changes, sign in to Storekeeper and start from your store. You can close this page.',
    ],
    action: START_AGAIN,
    status: 200,
  },
  not_renewed: {
    kind: 'page',
    page: 'not_renewed',
    title: 'The permission was not renewed',
    text: [
      'Amazon did not confirm the permission for this store. What worked before still works.',
      'Start again from your store, signed in to Seller Central as its primary user.',
    ],
    action: START_AGAIN,
    status: 422,
  },
} as const satisfies Record<(typeof ARRIVAL_PAGES)[number], ArrivalPage>;
