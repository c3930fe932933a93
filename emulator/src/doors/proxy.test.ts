import { X509Certificate } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect as netConnect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { promisify } from 'node:util';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAuthority } from './authority.ts';
import { openProxyDoor } from './proxy.ts';
import type { ProxyDoor } from './proxy.ts';

const HOST = 'sellingpartnerapi-na.amazon.com';
const directory = mkdtempSync(join(tmpdir(), 'emulator-ca-'));
const authority = openAuthority(directory);
let door: ProxyDoor;

beforeAll(async () => {
  door = await openProxyDoor({
    port: 0,
    authority,
    hosts: [HOST, 'api.amazon.com'],
    async onRequest(request, response, host) {
      const body = await text(request);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ host, method: request.method, url: request.url, body }));
    },
  });
});

afterAll(async () => {
  await door.close();
  rmSync(directory, { recursive: true });
});

async function text(message: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

type Sent = { method?: string; body?: string };

function viaTunnel(url: string, { method = 'GET', body }: Sent = {}): Promise<{ status: number; text: string }> {
  const agent = new HttpsProxyAgent(door.url, { keepAlive: false });
  return new Promise((resolve, reject) => {
    const sent = httpsRequest(url, { method, agent, ca: authority.certificatePem }, (response) => {
      text(response).then((read) => resolve({ status: response.statusCode ?? 0, text: read }), reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Writes `head` to the proxy port and gives everything that comes back until the other side closes. */
function raw(head: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = netConnect(door.port, '127.0.0.1', () => socket.end(head));
    let read = '';
    socket.setEncoding('utf8').on('data', (part: string) => (read += part));
    socket.on('end', () => resolve(read)).on('error', reject);
  });
}

test('a client behind HTTPS_PROXY reaches a played host with its own certificate check on', async () => {
  const answer = await viaTunnel(`https://${HOST}/sellers/v1/account?a=%20b`, {
    method: 'POST',
    body: 'x'.repeat(50_000),
  });
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.text)).toEqual({
    host: HOST,
    method: 'POST',
    url: '/sellers/v1/account?a=%20b',
    body: 'x'.repeat(50_000),
  });
});

test('a tunnel to a host that is not played is refused and says so', async () => {
  const answer = await raw('CONNECT www.example.com:443 HTTP/1.1\r\nhost: www.example.com:443\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  expect(answer).toContain('www.example.com:443 is not played by this emulator');
});

test('a tunnel to another port of a played host is refused', async () => {
  expect(await raw(`CONNECT ${HOST}:80 HTTP/1.1\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
});

test('a client that never tunnels sends the whole address on the request line', async () => {
  const answer = await raw(
    'POST https://api.amazon.com/auth/o2/token?x=1 HTTP/1.1\r\nhost: api.amazon.com\r\ncontent-length: 5\r\nconnection: close\r\n\r\na=%2F',
  );
  expect(answer).toContain('{"host":"api.amazon.com","method":"POST","url":"/auth/o2/token?x=1","body":"a=%2F"}');
});

test('an address without a path and with a port on the request line is the root of that host', async () => {
  expect(await raw('GET https://API.amazon.com:443 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')).toContain(
    '"host":"api.amazon.com","method":"GET","url":"/"',
  );
});

test('the request line cannot name a host that is not played', async () => {
  expect(await raw('GET http://169.254.169.254/latest HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')).toMatch(
    /^HTTP\/1\.1 403 /,
  );
});

function handshake(servername: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = tlsConnect({ port: door.port, host: '127.0.0.1', servername, ca: authority.certificatePem }, () => {
      const subject = socket.getPeerX509Certificate()?.subjectAltName ?? '';
      socket.destroy();
      resolve(subject);
    });
    socket.on('error', reject);
  });
}

test('TLS without a tunnel is answered for the host that SNI names', async () => {
  expect(await handshake('api.amazon.com')).toBe('DNS:api.amazon.com');
});

test('TLS for a host that is not played gets no certificate', async () => {
  await expect(handshake('www.example.com')).rejects.toThrow();
  await expect(handshake('')).rejects.toThrow();
});

test('the certificate to trust can be fetched from the proxy port', async () => {
  const fetched = await fetch(`${door.url}/_/ca.pem`).then((answer) => answer.text());
  expect(fetched).toBe(authority.certificatePem);
  const certificate = new X509Certificate(fetched);
  expect(certificate.ca).toBe(true);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
});

test('the certificate to trust stays the same after a restart, and its key is for its owner alone', () => {
  expect(openAuthority(directory).certificatePem).toBe(authority.certificatePem);
  expect(statSync(join(directory, 'emulator-ca.key')).mode & 0o077).toBe(0);
});

test('damaged files of the authority are replaced by a new pair', async () => {
  const other = mkdtempSync(join(tmpdir(), 'emulator-ca-'));
  const first = openAuthority(other);
  const { writeFileSync } = await import('node:fs');
  writeFileSync(join(other, 'emulator-ca.key'), 'half a k');
  const second = openAuthority(other);
  expect(second.certificatePem).not.toBe(first.certificatePem);
  expect(openAuthority(other).certificatePem).toBe(second.certificatePem);
  rmSync(other, { recursive: true });
});

test('a program that knows no proxy reaches played hosts through the preload, and others are left alone', async () => {
  const program = `
    import https from 'node:https';
    import { connect } from 'node:tls';
    const viaFetch = await fetch('https://${HOST}/a', { method: 'POST', body: 'hello' }).then((r) => r.json());
    const viaHttps = await new Promise((done, fail) => https.get('https://api.amazon.com/b', (r) => {
      let text = ''; r.on('data', (part) => (text += part)); r.on('end', () => done(JSON.parse(text)));
    }).on('error', fail));
    const elsewhere = await new Promise((done) => {
      const socket = connect(1, '127.0.0.1', { servername: 'www.example.com' });
      socket.on('error', (error) => done(error.code));
    });
    console.log(JSON.stringify([viaFetch.url, viaFetch.body, viaHttps.host, elsewhere]));`;
  const preload = new URL('../preload.mjs', import.meta.url).href;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', preload, '--input-type=module', '-e', program],
    { env: { ...process.env, STOREKEEPER_EMULATOR_PROXY: door.url } },
  );
  expect(JSON.parse(stdout)).toEqual(['/a', 'hello', 'api.amazon.com', 'ECONNREFUSED']);
});

test('an ordinary request to the proxy port explains what the port is for', async () => {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(`${door.url}/`, resolve).on('error', reject).end();
  });
  expect(answer.statusCode).toBe(400);
  expect(await text(answer)).toContain('HTTPS_PROXY');
});

test('connections that send rubbish or leave early do not stop the door', async () => {
  expect(await raw('\x16\x03\x01 rubbish that is no handshake')).toBeDefined();
  expect(await raw('NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  netConnect(door.port, '127.0.0.1').destroy();
  expect((await viaTunnel(`https://${HOST}/`)).status).toBe(200);
});
