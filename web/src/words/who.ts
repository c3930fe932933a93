/** Who acts: beside the cause, always, so that nobody looks for work that is not theirs. */
import type { StoreBody } from '../../../server/src/http/contract/store.ts';

type Who = { name: string; note: string };

const OWNER_NAMES = {
  seller: 'You',
  operator: 'We',
  marketplace: 'Amazon',
  system: 'Storekeeper',
  nobody: 'Nobody',
} as const satisfies Record<StoreBody['owner'], string>;

const ACTION_NOTES = {
  renew: 'as primary user',
  enable: 'as primary user',
  reauthorize: 'as primary user',
  reenter: 'with the right token',
  reactivate: 'at Amazon',
  request_report: 'at Amazon',
  contact: 'at Amazon',
  wait: '',
  none: '',
} as const satisfies Record<StoreBody['action'], string>;

/** Name and note of whoever can put it right, for example `You` · `as primary user`. */
export function whoActs(store: Pick<StoreBody, 'owner' | 'action'>): Who {
  const name = OWNER_NAMES[store.owner];
  return { name, note: store.owner === 'seller' ? ACTION_NOTES[store.action] : 'nothing for you to do' };
}

/** The same in one line, for the dialog: `You, as primary user`. */
export function whoActsLine(store: Pick<StoreBody, 'owner' | 'action'>): string {
  const who = whoActs(store);
  return who.note === '' ? who.name : `${who.name}, ${who.note}`;
}
