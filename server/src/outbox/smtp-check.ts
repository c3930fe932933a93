/** Whether the mail server would take mails now: connects, asks for TLS and signs in as for a mail, and sends none. */
import { connect, type Socket } from 'node:net';
import { createTransport } from 'nodemailer';
import { smtpOptions, type SmtpSettings } from './smtp.ts';

/** Null when it would; otherwise one sentence of what is wrong and what to do. It lasts `deadlineMs` at most. */
export async function checkSmtp(settings: SmtpSettings, deadlineMs: number): Promise<string | null> {
  const opened: Socket[] = [];
  const smtp = createTransport({
    ...smtpOptions(settings),
    // A socket of our own can be destroyed at the deadline, however slowly the server goes on.
    getSocket: ({ host, port, secure }, callback) => {
      const socket = connect({ host: host ?? 'localhost', port: Number(port ?? (secure ? 465 : 587)) });
      opened.push(socket);
      const fail = (error: Error): void => callback(error);
      socket.once('error', fail);
      socket.once('connect', () => {
        socket.off('error', fail);
        callback(null, { connection: socket });
      });
    },
  });
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(resolve, deadlineMs, LATE);
  try {
    return await Promise.race([smtp.verify().then(() => null, reasonOf), late]);
  } finally {
    clearTimeout(timer);
    // Destroying a socket while it connects emits an error that nothing else handles.
    for (const socket of opened) socket.on('error', () => undefined).destroy();
  }
}

const LATE = 'the mail server does not answer in time. Check host and port in STOREKEEPER_SMTP_URL, and the firewall.';

/** By nodemailer's or Node's code. First match wins. */
const REASONS: readonly [RegExp, string][] = [
  [/^ECONNREFUSED$/, 'nothing listens at this address. Check host and port in STOREKEEPER_SMTP_URL.'],
  [/^(ENOTFOUND|EAI_|EDNS)/, 'the host name is not found. Correct it in STOREKEEPER_SMTP_URL, or check DNS.'],
  [/^ETIMEDOUT$/, LATE],
  [/^EAUTH$/, 'the mail server refuses the user or password. Correct them in STOREKEEPER_SMTP_URL.'],
  [
    /CERT|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH/,
    'the certificate of the mail server is not accepted. For your own certificate authority set NODE_EXTRA_CA_CERTS.',
  ],
  [
    /^(ERR_SSL|EPROTO)/,
    'this port speaks no TLS. Write smtp:// for port 587 or 25, and smtps:// for port 465, into STOREKEEPER_SMTP_URL.',
  ],
  [
    /^ETLS$/,
    'the mail server offers no STARTTLS, so the password would be readable. Use smtps:// and port 465, or another server.',
  ],
];

/** The server's own text is left out: it can repeat what was sent. */
function reasonOf(error: unknown): string {
  const codes = codesOf(error);
  const known = REASONS.find(([pattern]) => codes.some((code) => pattern.test(code)));
  return known?.[1] ?? `the mail server refused or ended the connection (${codes.join(' ')}). Look into its log.`;
}

type SmtpError = Error & { originalCode?: string; code?: string; responseCode?: number };

/** nodemailer replaces a code of Node by one of its own and keeps the first as `originalCode`. */
function codesOf(thrown: unknown): string[] {
  if (!(thrown instanceof Error)) return [];
  const error: SmtpError = thrown;
  return [error.originalCode, error.code, error.responseCode].filter((one) => one !== undefined).map(String);
}
