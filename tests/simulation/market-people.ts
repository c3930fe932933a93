/** What sellers and the operator do at the marketplace itself, by the emulator's own verbs. */
import { appFromEntry } from '../../emulator/src/state/fromWorld.ts';
import { findGrant, type Amazon, type App, type Seller } from '../../emulator/src/state/amazon.ts';
import { checkConsentAddress, checkConsenter } from '../../emulator/src/state/consent.ts';
import { authorize, disable, dropRole, halfOpen } from '../../emulator/src/state/grants.ts';
import type { Stage } from '../../emulator/src/stage.ts';
import { APP_ID, type Citizen } from './town.ts';

export type Query = Record<string, string>;

export type SellerCentral = {
  /** Presses *Confirm* on the page at this address; what the browser takes back to us, or null where the page refuses. */
  confirm: (citizen: Citizen, address: string) => Query | null;
  /** *Disable* in Manage Your Apps. */
  disable: (citizen: Citizen) => void;
  /** *Enable* there: consent again, and back to us without a state of ours. */
  enable: (citizen: Citizen) => Query | null;
  halfOpen: (citizen: Citizen) => void;
  dropRole: (citizen: Citizen) => void;
  account: (citizen: Citizen, status: 'NORMAL' | 'DEACTIVATED') => void;
  /** Sells on its sites, or on none. */
  sells: (citizen: Citizen, on: boolean) => void;
  /** From `at` on the app's secret of today is refused; the new one is taken at once. */
  replaceSecret: (secrets: { old: string; oldEndsAt: number; next: string }) => void;
};

export function openSellerCentral(stage: Stage, changed: () => void): SellerCentral {
  const seller = (amazon: Amazon, { sellerId }: Citizen): Seller => {
    const found = amazon.sellers.get(sellerId);
    if (!found) throw new Error(`There is no seller ${sellerId}.`);
    return found;
  };

  function authorized(citizen: Citizen, { app, redirectUri }: { app: App; redirectUri: string }): string | null {
    const { amazon, clock } = stage;
    const who = seller(amazon, citizen);
    const [user] = who.users;
    if (!user || checkConsenter(amazon, { seller: who, user, app }, clock.now())) return null;
    const { code } = authorize(amazon, { seller: who, app, redirectUri }, clock.now());
    changed();
    return code.code;
  }

  return {
    confirm(citizen, address) {
      const asked = new URL(address).searchParams;
      const checked = checkConsentAddress(stage.amazon, {
        applicationId: asked.get('application_id') ?? APP_ID,
        redirectUri: asked.get('redirect_uri'),
        version: asked.get('version'),
      });
      const code = 'error' in checked ? null : authorized(citizen, checked);
      if (code === null) return null;
      return { state: asked.get('state') ?? '', selling_partner_id: citizen.sellerId, spapi_oauth_code: code };
    },
    disable(citizen) {
      const grant = findGrant(stage.amazon, citizen.sellerId, APP_ID);
      if (grant) disable(stage.amazon, grant);
      changed();
    },
    enable(citizen) {
      const app = stage.amazon.apps.get(APP_ID);
      const grant = findGrant(stage.amazon, citizen.sellerId, APP_ID);
      const [redirectUri] = app?.redirectUris ?? [];
      if (!app || redirectUri === undefined || !grant || grant.enabled) return null;
      const code = authorized(citizen, { app, redirectUri });
      return code === null ? null : { selling_partner_id: citizen.sellerId, spapi_oauth_code: code };
    },
    halfOpen(citizen) {
      const grant = findGrant(stage.amazon, citizen.sellerId, APP_ID);
      if (grant) halfOpen(grant);
      changed();
    },
    dropRole(citizen) {
      const grant = findGrant(stage.amazon, citizen.sellerId, APP_ID);
      if (grant) dropRole(grant, 'finance');
      changed();
    },
    account(citizen, status) {
      seller(stage.amazon, citizen).status = status;
      changed();
    },
    sells(citizen, on) {
      for (const site of seller(stage.amazon, citizen).sites) site.participating = on;
      changed();
    },
    replaceSecret({ old, oldEndsAt, next }) {
      const app = stage.amazon.apps.get(APP_ID);
      if (!app) return;
      const { clientSecrets: _before, ...entry } = app;
      const secrets = [{ secret: old, expiresAt: new Date(oldEndsAt).toISOString() }, { secret: next }];
      stage.amazon.apps.set(APP_ID, appFromEntry({ ...entry, clientSecrets: secrets }));
    },
  };
}
