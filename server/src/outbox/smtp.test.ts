import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, test } from 'vitest';
import { Secret } from '../core/secret.ts';
import { createSmtpTransport } from './smtp.ts';
import type { OutgoingMail, Transport } from './transport.ts';

const MAIL: OutgoingMail = {
  id: 'om_01abc',
  accountId: 'ac_blue',
  storeId: 'st_1',
  recipient: 'owner@bluebird.test',
  at: Date.parse('2026-11-23T12:04:00Z'),
  subject: 'Blue Bird: access was switched off',
  text: 'Access was switched off.\n',
  html: '<p>Access was switched off.</p>\n',
};

type Received = { from: string; to: string[]; raw: string };
const opened: { close: () => void }[] = [];

afterEach(() => {
  for (const thing of opened.splice(0)) thing.close();
});

async function mailServer(options: SMTPServerOptions = {}): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    logger: false,
    closeTimeout: 100,
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map((to) => to.address),
          raw: Buffer.concat(chunks).toString('utf8'),
        });
        callback();
      });
    },
    ...options,
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  opened.push({ close: () => server.close() });
  return { url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`, received };
}

function transportTo(url: string, insecure = false): Transport {
  const from = 'Storekeeper <hello@storekeeper.test>';
  const transport = createSmtpTransport({ url: new Secret(url), from, insecure });
  opened.push(transport);
  return transport;
}

/** A server's refusal with its SMTP reply code. */
function reply(responseCode: number): Error {
  return Object.assign(new Error('not here'), { responseCode });
}

describe('a mail over SMTP', () => {
  test('arrives with both parts, our sender, and an id that is the same for every attempt', async () => {
    const { url, received } = await mailServer();
    const transport = transportTo(url);
    await transport.send(MAIL);
    await transport.send(MAIL);
    expect(received).toHaveLength(2);
    for (const { from, to, raw } of received) {
      expect([from, to]).toEqual(['hello@storekeeper.test', ['owner@bluebird.test']]);
      expect(raw).toMatch(/^From: Storekeeper <hello@storekeeper\.test>\r$/m);
      expect(raw).toMatch(/^Message-ID: <om_01abc@storekeeper\.test>\r$/m);
      expect(raw).toMatch(/^Date: Mon, 23 Nov 2026 12:04:00 \+0000\r$/m);
      expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
      expect(raw).toContain('Content-Type: text/plain');
      expect(raw).toContain('Content-Type: text/html');
    }
  });

  test('goes to one person, whatever the address says', async () => {
    const { url, received } = await mailServer();
    await transportTo(url)
      .send({ ...MAIL, recipient: 'owner@bluebird.test, everybody@victims.test' })
      .catch(() => undefined);
    expect(received.flatMap((mail) => mail.to)).not.toContain('everybody@victims.test');
  });

  test('carries no header that a store’s name brought', async () => {
    const { url, received } = await mailServer();
    await transportTo(url).send({ ...MAIL, subject: 'Blue\r\nBcc: everybody@victims.test\r\nBird' });
    expect(received[0]?.raw).not.toMatch(/^Bcc:/m);
    expect(received[0]?.to).toEqual(['owner@bluebird.test']);
  });

  test('signs in with the user and password of the address', async () => {
    const auth: SMTPServerOptions = {
      authOptional: false,
      onAuth: ({ username, password }, _session, callback) =>
        username === 'mira' && password === 'p@ss' ? callback(null, { user: username }) : callback(reply(535)),
    };
    const { url, received } = await mailServer(auth);
    await transportTo(url.replace('//', '//mira:p%40ss@'), true).send(MAIL);
    expect(received).toHaveLength(1);
    const wrong = transportTo(url.replace('//', '//mira:wrong@'), true).send(MAIL);
    await expect(wrong).rejects.toMatchObject({ name: 'MailProblem', kind: 'server' });
  });
});

test('sends no password when the server offers no TLS', async () => {
  const heard: string[] = [];
  const onAuth: SMTPServerOptions['onAuth'] = ({ password }, _session, callback) => {
    heard.push(password ?? '');
    callback(null, { user: 'mira' });
  };
  const { url, received } = await mailServer({ authOptional: false, onAuth });
  const sending = transportTo(url.replace('//', '//mira:p%40ss@')).send(MAIL);
  await expect(sending).rejects.toMatchObject({ name: 'MailProblem', kind: 'server' });
  expect([heard, received]).toEqual([[], []]);
});

describe('a mail that does not leave', () => {
  test('is the reader’s when the address does not exist, and the moment’s when it is busy', async () => {
    const gone = await mailServer({ onRcptTo: (_address, _session, callback) => callback(reply(550)) });
    await expect(transportTo(gone.url).send(MAIL)).rejects.toMatchObject({ kind: 'recipient' });
    const busy = await mailServer({ onRcptTo: (_address, _session, callback) => callback(reply(450)) });
    await expect(transportTo(busy.url).send(MAIL)).rejects.toMatchObject({ kind: 'mail' });
  });

  test('is the server’s when nobody listens, or when it does not like our sender', async () => {
    await expect(transportTo('smtp://127.0.0.1:1').send(MAIL)).rejects.toMatchObject({ kind: 'server' });
    const strict = await mailServer({ onMailFrom: (_address, _session, callback) => callback(reply(550)) });
    await expect(transportTo(strict.url).send(MAIL)).rejects.toMatchObject({ kind: 'server' });
  });
});
