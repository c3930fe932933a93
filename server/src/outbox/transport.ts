/** How a finished mail leaves, and how it may fail. SMTP stands in smtp.ts; here is the mailbox page of the demo. */
import type { Message } from '../core/message.ts';
import { keepMail } from '../db/mailbox.ts';
import type { Db } from '../db/open.ts';

/** One mail on its way. `id` is the outbox message's: the same for every attempt. `at` in milliseconds since 1970. */
export type OutgoingMail = Message & {
  id: string;
  accountId: string;
  storeId: string | null;
  recipient: string;
  at: number;
};

export type Transport = {
  /** Resolves when the mail is out of our hands; throws MailProblem otherwise. */
  send: (mail: OutgoingMail) => Promise<void>;
  close: () => void;
};

/**
 * Why a mail did not leave.
 * - `recipient`: this mail is refused for good, trying again would not help
 * - `mail`: this mail could not be taken now
 * - `server`: the mail server cannot be used at all now, so no other mail would leave either
 */
export class MailProblem extends Error {
  override readonly name = 'MailProblem';
  readonly kind: 'recipient' | 'mail' | 'server';

  constructor(kind: MailProblem['kind'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}

/** The demo's: nothing leaves the machine. A mail that is kept twice shows once. */
export function createMailboxTransport({ db }: { db: Db }): Transport {
  return {
    send: (mail) =>
      keepMail(db, {
        id: mail.id.replace(/^om_/, 'ml_'),
        accountId: mail.accountId,
        storeId: mail.storeId,
        at: mail.at,
        recipient: mail.recipient,
        subject: mail.subject,
        bodyText: mail.text,
        bodyHtml: mail.html,
      }),
    close: () => undefined,
  };
}
