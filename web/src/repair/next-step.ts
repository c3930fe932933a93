/** What the dialog's footer offers, the next step last. At most one is filled. Pure. */
import type { Repair } from '../../../server/src/http/contract/connect.ts';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { mayBeThePermission } from './standing-doubt.ts';

export type FooterButton = {
  /** Consent at the marketplace, Seller Central in a new tab, one more look now, or the form for typed-in credentials. */
  does: 'consent' | 'seller_central' | 'look' | 'by_hand';
  label: string;
  primary: boolean;
};

type Guide = Pick<Repair['guide'], 'way' | 'steps'>;
type Told = Parameters<typeof mayBeThePermission>[0] & {
  guide: Guide;
  store: Pick<StoreBody, 'likely' | 'marketplace' | 'verdict'>;
};

const LOOK: FooterButton = { does: 'look', label: 'Look now', primary: false };
const AGAIN: FooterButton = { does: 'seller_central', label: 'Open Seller Central again', primary: false };

const BY_HAND_WORDS = {
  amazon: 'Reconnect manually with a refresh token',
  'amazon-mws': 'Reconnect manually using MWS auth token',
} as const satisfies Record<StoreBody['marketplace'], string>;

export function byHandWords({ marketplace }: Pick<StoreBody, 'marketplace'>): string {
  return BY_HAND_WORDS[marketplace];
}

export function footerButtons(told: Told, waiting: boolean): FooterButton[] {
  const buttons = nextButtons(told, waiting);
  // Before the first permission there is nothing to look at.
  return told.store.verdict === 'setup' ? buttons.filter(({ does }) => does !== 'look') : buttons;
}

function nextButtons(told: Told, waiting: boolean): FooterButton[] {
  if (mayBeThePermission(told)) {
    return [
      LOOK,
      { does: 'seller_central', label: 'Open Seller Central', primary: false },
      { does: 'consent', label: 'Confirm the permission again', primary: false },
    ];
  }
  switch (told.guide.way) {
    case 'none':
      return [LOOK, { does: 'seller_central', label: 'Open Seller Central', primary: false }];
    case 'consent':
      return waiting
        ? [LOOK, { does: 'consent', label: 'Open Amazon’s page again', primary: false }]
        : [{ does: 'consent', label: 'Continue', primary: true }];
    case 'apps':
      return waiting ? backFromSellerCentral(told) : [{ does: 'seller_central', label: 'Continue', primary: true }];
  }
}

/** They were in Seller Central: the guide says what comes after it. */
function backFromSellerCentral({ guide, store }: Told): FooterButton[] {
  if (says(guide, 'label', byHandWords(store))) {
    return [AGAIN, { does: 'by_hand', label: byHandWords(store), primary: true }];
  }
  if (says(guide, 'button', 'Continue')) return [LOOK, AGAIN, { does: 'consent', label: 'Continue', primary: true }];
  // The same token comes back to life: one more look is all that is left, and it is made without asking, too.
  return [AGAIN, store.marketplace === 'amazon-mws' ? { ...LOOK, label: 'Continue', primary: true } : LOOK];
}

function says({ steps }: Guide, kind: 'label' | 'button', value: string): boolean {
  return steps.some((step) => step.text.some((part) => part.kind === kind && part.value === value));
}

/** The link on the left: typing in is always possible where reconnecting helps, unless it is the next step anyway. */
export function offersByHand({ guide }: { guide: Guide }, buttons: readonly FooterButton[]): boolean {
  return guide.way !== 'none' && buttons.every(({ does }) => does !== 'by_hand');
}
