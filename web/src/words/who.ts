/** Who acts: beside the cause, always, so that nobody looks for work that is not theirs. */
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { sellerActs } from './seller-acts.ts';

type Who = { name: string; note: string };
type Acting = Pick<StoreBody, 'owner' | 'action' | 'verdict'>;

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
export function whoActs({ owner, action, verdict }: Acting): Who {
  const name = OWNER_NAMES[owner];
  if (owner === 'seller') return { name, note: ACTION_NOTES[action] };
  if (sellerActs({ owner, action })) return { name, note: 'you confirm once more' };
  // A store that is not connected yet is finished by its seller, whoever has to put something right before.
  return { name, note: verdict === 'setup' ? 'then you go on' : 'nothing for you to do' };
}

/** The same in one line, for the dialog: `You, as primary user`. */
export function whoActsLine(store: Acting): string {
  const who = whoActs(store);
  return who.note === '' ? who.name : `${who.name}, ${who.note}`;
}
