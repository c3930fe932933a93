/** The places of the side bar and of the phone's tabs. */
import type { Me } from '../../../server/src/http/contract/app.ts';
import type { IconName } from '../parts/icon.tsx';

export type Place = {
  to:
    | '/stores'
    | '/connect'
    | '/renewals'
    | '/settings'
    | '/operator/fleet'
    | '/operator/apps'
    | '/operator/incidents'
    | '/demo/fire-drill'
    | '/demo/mailbox';
  label: string;
  short: string;
  icon: IconName;
  demo: boolean;
};

const STORES: Place = { to: '/stores', label: 'Store Manager', short: 'Stores', icon: 'store', demo: false };
const CONNECT: Place = { to: '/connect', label: 'Connect a store', short: 'Connect', icon: 'plus', demo: false };
const RENEWALS: Place = { to: '/renewals', label: 'Renewal day', short: 'Renewals', icon: 'calendar', demo: false };
const SETTINGS: Place = { to: '/settings', label: 'Settings', short: 'Settings', icon: 'gear', demo: false };
const FLEET: Place = { to: '/operator/fleet', label: 'Leaving MWS', short: 'Leaving MWS', icon: 'leave', demo: false };
const APPS: Place = { to: '/operator/apps', label: 'Our apps', short: 'Our apps', icon: 'wrench', demo: false };
const INCIDENTS: Place = {
  to: '/operator/incidents',
  label: 'Incidents',
  short: 'Incidents',
  icon: 'siren',
  demo: false,
};
const FIRE_DRILL: Place = {
  to: '/demo/fire-drill',
  label: 'Fire drill',
  short: 'Fire drill',
  icon: 'flame',
  demo: true,
};
const MAILBOX: Place = { to: '/demo/mailbox', label: 'Mailbox', short: 'Mailbox', icon: 'tray', demo: true };

export function sidePlaces(me: Me): Place[] {
  const forAll = me.operator ? [STORES, RENEWALS, SETTINGS, INCIDENTS, APPS, FLEET] : [STORES, RENEWALS, SETTINGS];
  return me.demo ? [...forAll, FIRE_DRILL, MAILBOX] : forAll;
}

/** Three tabs; the fourth is *More*. */
export function phonePlaces(me: Me): Place[] {
  return me.demo ? [STORES, FIRE_DRILL, MAILBOX] : [STORES, CONNECT, SETTINGS];
}
