/** Everything that can be broken on purpose: what is done at the emulated marketplace, how it is undone, what should follow. */
import type { Marketplace } from '../core/access.ts';
import type { DRILLS } from '../http/contract/app.ts';
import {
  becomes,
  becomesSlowly,
  names,
  nobodyTold,
  noticed,
  oneMail,
  patience,
  stillConnected,
  type Expectation,
} from './expectations.ts';
import {
  expireSecret,
  goOnVacation,
  inject,
  leaveSites,
  onGrant,
  onStatus,
  passYear,
  swapPair,
  type Break,
  type Undo,
} from './levers.ts';
import { MWS_PLANS } from './drills-mws.ts';

export type DrillKind = (typeof DRILLS)[number];

export type DrillPlan = {
  group: 'seller' | 'amazon' | 'us';
  scope: 'store' | 'region';
  /** At which it can happen. */
  marketplaces: readonly Marketplace[];
  title: string;
  text: string;
  begin: (scene: Break) => Promise<Undo>;
  expects: Expectation[];
};

const INCIDENT_MS = 25 * 60_000;
const BOTH = ['amazon', 'amazon-mws'] as const;
const SP_API = ['amazon'] as const;

export const DRILL_PLANS: Readonly<Record<DrillKind, DrillPlan>> = {
  ...MWS_PLANS,
  access_disabled: {
    group: 'seller',
    scope: 'store',
    marketplaces: BOTH,
    title: 'The seller switches access off',
    text: 'In Manage your apps, before the year is over.',
    begin: (scene) => onGrant(scene, { does: { action: 'disable' }, undoes: { action: 'enable' } }),
    expects: [
      noticed('The stored token is refused.'),
      patience,
      becomes(['reconnect', 'repairing'], 'Reconnect store'),
      names(['grant.revoked'], 'The cause: access was switched off.'),
      oneMail,
    ],
  },
  year_passes: {
    group: 'seller',
    scope: 'store',
    marketplaces: BOTH,
    title: 'The year is over',
    text: 'Nobody renewed the permission of this store for 366 days.',
    begin: passYear,
    expects: [
      noticed(),
      patience,
      becomes(['reconnect', 'repairing'], 'Reconnect store'),
      names(['grant.expired'], 'The cause: the yearly permission ran out.'),
      oneMail,
    ],
  },
  wrong_pair: {
    group: 'seller',
    scope: 'store',
    marketplaces: BOTH,
    title: 'The token of another store',
    text: 'Somebody pasted a token that belongs to another seller.',
    begin: swapPair,
    expects: [
      noticed(),
      becomes(['reconnect', 'repairing', 'wrong_store'], 'Reconnect store'),
      names(['cred.wrong_pair', 'cred.wrong_store'], 'The cause: seller ID and token do not belong together.'),
    ],
  },
  half_open: {
    group: 'seller',
    scope: 'store',
    marketplaces: SP_API,
    title: 'Permission given, every call refused',
    text: 'Amazon shows the permission, yet lets no data call through.',
    begin: (scene) => onGrant(scene, { does: { action: 'half_open' }, undoes: { action: 'half_open', on: false } }),
    expects: [
      noticed('Tokens are still given; two different data calls are refused.'),
      patience,
      becomesSlowly(['reconnect', 'repairing', 'store_blocked'], 'Reconnect store'),
      names(['grant.half_open', 'grant.revoked'], 'The causes that fit are named, the likeliest first.'),
    ],
  },
  role_dropped: {
    group: 'us',
    scope: 'store',
    marketplaces: SP_API,
    title: 'The app loses a role',
    text: 'Amazon takes the finance role away: payouts are refused, everything else works.',
    begin: (scene) =>
      onGrant(scene, { does: { action: 'drop_role', role: 'finance' }, undoes: { action: 'reauthorize' } }),
    expects: [
      noticed(),
      patience,
      becomesSlowly(['limited'], 'Connected, payouts not shared'),
      names(['grant.role_missing'], 'The cause: a role is missing, and the operator must ask Amazon for it.'),
    ],
  },
  store_inactive: {
    group: 'seller',
    scope: 'store',
    marketplaces: BOTH,
    title: 'The store sells nowhere',
    text: 'None of its sites takes part any more.',
    begin: leaveSites,
    expects: [
      becomes(['store_blocked'], 'Store is inactive at Amazon'),
      names(['store.inactive'], 'Reconnecting will not help, and the page says so.'),
      oneMail,
    ],
  },
  store_deactivated: {
    group: 'seller',
    scope: 'store',
    marketplaces: BOTH,
    title: 'Amazon deactivates the store',
    text: 'Only Amazon can reopen it.',
    begin: (scene) => onStatus(scene, 'DEACTIVATED'),
    expects: [
      noticed(),
      patience,
      becomesSlowly(['store_blocked', 'reconnect', 'repairing'], 'Store is inactive at Amazon'),
      names(['store.deactivated'], 'Deactivation is among the named causes.'),
    ],
  },
  store_closed: {
    group: 'seller',
    scope: 'store',
    marketplaces: BOTH,
    title: 'The seller closes the account',
    text: 'For good. What was fetched stays.',
    begin: (scene) => onStatus(scene, 'CLOSED'),
    expects: [
      noticed(),
      patience,
      becomes(['store_blocked', 'reconnect', 'repairing'], 'Store is inactive at Amazon'),
      names(['store.closed', 'store.deactivated', 'grant.revoked'], 'The causes that fit are named.'),
    ],
  },
  vacation: {
    group: 'seller',
    scope: 'store',
    marketplaces: BOTH,
    title: 'The seller goes on vacation',
    text: 'All listings are suspended; the connection is fine.',
    begin: goOnVacation,
    expects: [stillConnected, names(['store.listings_suspended'], 'A notice says that listings are suspended.')],
  },
  everyone_refused: {
    group: 'amazon',
    scope: 'region',
    marketplaces: SP_API,
    title: 'Amazon refuses everybody for 25 minutes',
    text: 'Every call answers 403, as on 27 May 2023. Then it heals by itself.',
    begin: (scene) => inject(scene, 'auth_incident', { until: new Date(scene.shop.now() + INCIDENT_MS).toISOString() }),
    expects: [
      noticed(),
      { ...becomes(['held', 'checking'], 'Amazon problem, nothing for you to do'), detail: null },
      nobodyTold,
    ],
  },
  outage: weather('outage', { title: 'Amazon is down', text: 'Nothing answers in this region.' }),
  throttled: weather('throttle', { title: 'Amazon asks for patience', text: '429: asked too often.' }),
  html_503: weather('html_503', { title: 'A web page instead of data', text: '503 with an HTML page.' }),
  slow: weather('slow', { title: 'Answers take half a minute', text: 'Longer than we wait.' }),
  drop_response: weather('drop_response', {
    title: 'Answers get lost',
    text: 'The connection ends before the answer.',
  }),
  truncate: weather('truncate', { title: 'Half an answer', text: 'The body ends in the middle.' }),
  unknown_answer: {
    ...weather('unknown_answer', { title: 'An answer nobody knows', text: 'A code that no rule has heard of.' }),
    expects: [noticed('It is kept whole and reported to the operator.'), nobodyTold],
  },
  secret_expired: {
    group: 'us',
    scope: 'region',
    marketplaces: SP_API,
    title: 'Our own key at Amazon runs out',
    text: 'The app’s client secret was not rotated in time.',
    begin: expireSecret,
    expects: [
      noticed('The app’s own token is refused: no store’s permission is in question.'),
      { ...becomes(['operator_problem'], 'We are fixing it'), detail: null },
      nobodyTold,
    ],
  },
};

type Weather = 'outage' | 'throttle' | 'html_503' | 'slow' | 'drop_response' | 'truncate' | 'unknown_answer';

function weather(kind: Weather, words: { title: string; text: string }): DrillPlan {
  return {
    group: 'amazon',
    scope: 'region',
    marketplaces: SP_API,
    ...words,
    begin: (scene) => inject(scene, kind),
    expects: [noticed('It says nothing about anybody’s permission.'), nobodyTold],
  };
}
