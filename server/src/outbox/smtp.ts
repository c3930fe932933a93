/** Mail by SMTP. Loaded only where a mail server is configured. */
import { createTransport } from 'nodemailer';
import type { Secret } from '../core/secret.ts';
import { MailProblem, type Transport } from './transport.ts';

const CONNECT_MS = 10_000;
/** A connection on which nothing moves for so long is dead. */
const SILENCE_MS = 20_000;

export type SmtpSettings = {
  url: Secret;
  from: string;
  /** True: said explicitly that the password and the mails may travel without TLS. */
  insecure?: boolean;
};

/**
 * `smtp://` needs STARTTLS unless `insecure`. `url`: `smtp://` or `smtps://` with user and password; `from`: "Name <address>". A certificate is checked wherever TLS
 * is spoken. Files and addresses in a mail are never fetched.
 */
export function createSmtpTransport({ url, from, insecure = false }: SmtpSettings): Transport {
  const smtp = createTransport({ ...smtpOptions({ url, from, insecure }), pool: true, maxConnections: 2 }, { from });
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

/** How a connection is made, for a mail and for a test of the settings alike. */
export function smtpOptions({ url, insecure = false }: SmtpSettings) {
  return {
    url: url.reveal(),
    // Without it a server, or another machine in between, could have the password and the mails in clear.
    requireTLS: !insecure && !isLocalRelay(new URL(url.reveal())),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** A mail server on this machine that takes mail without a password: nothing crosses a network there. */
function isLocalRelay({ hostname, username, password }: URL): boolean {
  return username === '' && password === '' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
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
