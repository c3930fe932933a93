/** Mails to a person about their own sign-in. */
import type { Message, PersonPayload } from '../core/message.ts';
import { layOut } from './layout.ts';
import type { Manners } from './manners.ts';
import type { Plan } from './still-true.ts';

type Words = { subject: string; happened: string; next: string; button: string; small: string };

const NOT_YOU = 'If this was not you, ignore this mail. Nothing happens without the link.';

const TEXTS = {
  confirm: {
    subject: 'Confirm your e-mail address',
    happened: 'An account at Storekeeper was created with this e-mail address.',
    next: 'Open the link and enter the password that you chose. The link works for 24 hours.',
    button: 'Confirm address',
    small: NOT_YOU,
  },
  known: {
    subject: 'You already have an account',
    happened: 'A sign-up with this e-mail address was tried, but you already have an account at Storekeeper.',
    next: 'Sign in as usual. If you forgot your password, choose a new one.',
    button: 'Choose a new password',
    small: 'If this was not you, ignore this mail. Nothing was changed.',
  },
  reset: {
    subject: 'Choose a new password',
    happened: 'A new password was requested for your account at Storekeeper.',
    next: 'Open the link and choose a new password. The link works once, for one hour.',
    button: 'Choose a new password',
    small: NOT_YOU,
  },
  password_changed: {
    subject: 'Your password was changed',
    happened: 'The password of your account at Storekeeper was changed. All other sessions were signed out.',
    next: 'If this was you, do nothing. If not, choose a new password now and tell the owner of your account.',
    button: 'Choose a new password',
    small: 'We send this after every change.',
  },
  guesses: {
    subject: 'Many wrong passwords for your account',
    happened: 'Someone entered many wrong passwords for your account. They have to wait; devices you use still work.',
    next: 'If this was not you and your password is used elsewhere too, choose a new one.',
    button: 'Choose a new password',
    small: 'We send this once a day at most.',
  },
} as const satisfies Record<PersonPayload['what'], Words>;

export function personMessage({ what, link }: PersonPayload): Message {
  const { subject, happened, next, button, small } = TEXTS[what];
  return layOut({
    subject: `Storekeeper: ${subject}`,
    paragraphs: [happened],
    box: { title: 'What to do', text: next },
    button: { label: button, href: 'href' in link ? link.href : '' },
    small: [small],
  });
}

/** How long a mail with a sealed link waits in a process that cannot open it. */
const ELSEWHERE_MS = 60 * 60_000;

/** Opens the link at the moment of sending, so that it is never stored in clear. */
export async function planPerson(
  payload: PersonPayload,
  { manners, now }: { manners: Manners | null; now: number },
): Promise<Plan> {
  if ('href' in payload.link) return { do: 'send' };
  if (manners === null) return { do: 'postpone', until: now + ELSEWHERE_MS };
  try {
    return { do: 'send', payload: { ...payload, link: { href: await manners.openLink(payload.link.sealed) } } };
  } catch {
    return { do: 'drop', reason: 'The link was sealed with a key that is gone. The person can ask for another.' };
  }
}
