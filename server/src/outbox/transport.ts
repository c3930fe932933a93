/** How a finished mail leaves: by SMTP, or into the mailbox page of the demo. */
import { createTransport } from 'nodemailer';
import type { Message } from '../core/message.ts';
import type { Secret } from '../core/secret.ts';
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

const CONNECT_MS = 10_000;
/** A connection on which nothing moves for so long is dead. */
const SILENCE_MS = 20_000;

/**
 * `url`: `smtp://` or `smtps://` with user and password; `from`: "Name <address>". A certificate is checked wherever TLS
 * is spoken. Files and addresses in a mail are never fetched.
 */
export function createSmtpTransport({ url, from }: { url: Secret; from: string }): Transport {
  const smtp = createTransport(
    {
      url: url.reveal(),
      pool: true,
      maxConnections: 2,
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from },
  );
  const domain = domainOf(from);
  return {
    async send(mail) {
      try {
        await smtp.sendMail({
          // An object, never a text: a text could name several people.
          to: { name: '', address: mail.recipient },
          subject: mail.subject,
          text: mail.text,
          html: mail.html,
          date: new Date(mail.at),
          // The same for every attempt, so that a mail client folds what was delivered twice into one.
          messageId: `<${mail.id}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
      } catch (error) {
        throw asProblem(error);
      }
    },
    close: () => smtp.close(),
  };
}

/** The domain of the sender, for Message-IDs (RFC 5322, 3.6.4). */
function domainOf(from: string): string {
  return /@([A-Za-z0-9.-]+)/.exec(from)?.[1] ?? 'localhost';
}

/** nodemailer's errors: `code` and `command` say in which phase it failed, `responseCode` is the server's SMTP reply. */
type SmtpError = Error & { code?: string; command?: string; responseCode?: number };

function asProblem(thrown: unknown): MailProblem {
  const error: SmtpError = thrown instanceof Error ? thrown : new Error(String(thrown));
  // A sender that the server does not like is the operator's setting, not this mail's fault.
  const aboutMail = error.code === 'EMESSAGE' || (error.code === 'EENVELOPE' && error.command !== 'MAIL FROM');
  if (!aboutMail) return new MailProblem('server', error.message, thrown);
  return new MailProblem((error.responseCode ?? 0) >= 500 ? 'recipient' : 'mail', error.message, thrown);
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
