/** Colour, icon and words of every verdict and of every result of a check (look, section 5). */
import type { CheckBody, StoreBody } from '../../../server/src/http/contract/store.ts';
import type { IconName } from '../parts/icon.tsx';

export type Tone = 'act' | 'good' | 'warn' | 'info' | 'calm';
export type Verdict = StoreBody['verdict'];

type Face = {
  tone: Tone;
  icon: IconName;
  /** Only when the server sent no words of its own. */
  words: string;
  /** A pill draws the eye; good and calm stay plain. */
  pill: boolean;
};

export const VERDICT_FACES = {
  setup: { tone: 'calm', icon: 'dashedCircle', words: 'Finish connecting', pill: false },
  verifying: { tone: 'info', icon: 'arc', words: 'Checking your store', pill: true },
  connected: { tone: 'good', icon: 'tick', words: 'Connected', pill: false },
  checking: { tone: 'good', icon: 'turning', words: 'Connected · checking', pill: false },
  expiring: { tone: 'warn', icon: 'clock', words: 'Renew soon', pill: true },
  held: { tone: 'calm', icon: 'cloud', words: 'Amazon problem, nothing for you to do', pill: false },
  operator_problem: { tone: 'calm', icon: 'wrench', words: 'We are fixing it', pill: false },
  reconnect: { tone: 'act', icon: 'plug', words: 'Reconnect store', pill: true },
  repairing: { tone: 'info', icon: 'hourglass', words: 'Waiting for you at Amazon', pill: true },
  wrong_store: { tone: 'warn', icon: 'crossed', words: 'You signed in to another store', pill: true },
  store_blocked: { tone: 'act', icon: 'barred', words: 'Store is inactive at Amazon', pill: true },
  limited: { tone: 'warn', icon: 'half', words: 'Connected, payouts not shared', pill: true },
  paused: { tone: 'calm', icon: 'bars', words: 'Paused', pill: false },
  closed: { tone: 'calm', icon: 'minus', words: 'Disconnected', pill: false },
} as const satisfies Record<Verdict, Face>;

/** The words of the row: the server's, which know dates and steps, else the plain ones. */
export function statusWords(store: Pick<StoreBody, 'verdict' | 'text'>): string {
  return store.text.status === '' ? VERDICT_FACES[store.verdict].words : store.text.status;
}

export const CHECK_FACES = {
  passed: { tone: 'good', icon: 'tick' },
  failed: { tone: 'act', icon: 'cross' },
  cannot_be_asked: { tone: 'calm', icon: 'dashedCircle' },
  waiting: { tone: 'calm', icon: 'ring' },
  running: { tone: 'info', icon: 'arc' },
} as const satisfies Record<CheckBody['result'], { tone: Tone; icon: IconName }>;
