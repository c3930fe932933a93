import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';

import { afterEach, expect, test } from 'vitest';

import { createOutbound } from './outbound.ts';
import type { Outbound, OutboundResult } from './outbound.ts';

const URL_OF_AMAZON = 'https://api.amazon.com/auth/o2/token?a=b%20c';
/** Far longer than any answer here takes; a test that waits for it has failed. */
const PATIENT = 15_000;

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

async function listen(server: Server | TcpServer): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  return (server.address() as AddressInfo).port;
}

type Handler = (req: IncomingMessage, res: ServerResponse) => void;

async function client(handler: Handler, maxBodyBytes?: number): Promise<Outbound> {
  return clientOf(await listen(createServer(handler)), maxBodyBytes);
}

function clientOf(port: number, maxBodyBytes?: number): Outbound {
  const outbound = createOutbound({
    hostsUrl: `http://127.0.0.1:${port}/{host}`,
    userAgent: 'Storekeeper/1 (Language=TypeScript)',
    ...(maxBodyBytes === undefined ? {} : { maxBodyBytes }),
  });
  open.push(() => outbound.close());
  return outbound;
}

function get(outbound: Outbound, deadlineMs = PATIENT): Promise<OutboundResult> {
  return outbound.send({ method: 'GET', url: URL_OF_AMAZON, deadlineMs });
}

function reason(result: OutboundResult): string {
  return result.kind === 'no_answer' ? result.reason : `answered ${result.status}`;
}

test('a call carries method, headers and body to the mapped address and brings the whole answer back', async () => {
  const outbound = await client(async (req, res) => {
    let sent = '';
    for await (const chunk of req) sent += String(chunk);
    res.writeHead(403, { 'content-type': 'application/json', 'x-amzn-ErrorType': 'AccessDeniedException' });
    res.end(JSON.stringify({ method: req.method, url: req.url, agent: req.headers['user-agent'], sent }));
  });
  const result = await outbound.send({ method: 'POST', url: URL_OF_AMAZON, body: 'x=1', deadlineMs: PATIENT });
  expect(result).toMatchObject({
    kind: 'answer',
    status: 403,
    headers: { 'x-amzn-errortype': 'AccessDeniedException' },
    body: JSON.stringify({
      method: 'POST',
      url: '/api.amazon.com/auth/o2/token?a=b%20c',
      agent: 'Storekeeper/1 (Language=TypeScript)',
      sent: 'x=1',
    }),
  });
});

test('the marketplace’s Date header is read as an instant, and its absence is no date', async () => {
  const outbound = await client((req, res) => {
    res.sendDate = false;
    if (req.url?.includes('token')) res.setHeader('date', 'Mon, 23 Nov 2026 12:00:00 GMT');
    res.end('{}');
  });
  expect(await get(outbound)).toMatchObject({ date: Date.UTC(2026, 10, 23, 12) });
  expect(await outbound.send({ method: 'GET', url: 'https://api.amazon.com/', deadlineMs: PATIENT })).toMatchObject({
    date: null,
  });
});

test('a redirect is an answer and is never followed', async () => {
  const asked: string[] = [];
  const outbound = await client((req, res) => {
    asked.push(req.url ?? '');
    res.writeHead(302, { location: '/elsewhere' }).end();
  });
  expect(reason(await get(outbound))).toBe('answered 302');
  expect(asked).toHaveLength(1);
});

test('a server that never answers is left when the deadline is over', async () => {
  const outbound = await client(() => undefined);
  expect(reason(await get(outbound, 60))).toBe('timeout');
});

test('a server that drips its body is left when the deadline is over', async () => {
  const outbound = await client((_req, res) => {
    res.writeHead(200);
    const drip = setInterval(() => res.write('x'), 5);
    res.on('close', () => clearInterval(drip));
  });
  expect(reason(await get(outbound, 80))).toBe('timeout');
});

test('a call waiting behind others is left when its own deadline is over', async () => {
  const outbound = await client(() => undefined);
  const crowd = Array.from({ length: 64 }, () => get(outbound, 400));
  expect(reason(await get(outbound, 60))).toBe('timeout');
  expect((await Promise.all(crowd)).map(reason)).toEqual(Array.from({ length: 64 }, () => 'timeout'));
});

test('a stopping product ends its calls at once, and makes none afterwards', async () => {
  let asked = 0;
  const outbound = await client(() => {
    asked += 1;
    stopping.abort();
  });
  const stopping = new AbortController();
  const call = () => outbound.send({ method: 'GET', url: URL_OF_AMAZON, deadlineMs: PATIENT, signal: stopping.signal });
  expect(reason(await call())).toBe('stopped');
  expect(reason(await call())).toBe('stopped');
  expect(asked).toBe(1);
});

test('nobody listening is refused, not an exception', async () => {
  const server = createTcpServer();
  const port = await listen(server);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  expect(reason(await get(clientOf(port)))).toBe('refused');
});

test('a name that does not exist is told from a host that does not answer', async () => {
  // A label of 64 letters is no name at all, so that no resolver has to be asked.
  const outbound = createOutbound({ hostsUrl: `http://${'x'.repeat(64)}/{host}`, userAgent: 'test' });
  open.push(() => outbound.close());
  expect(reason(await get(outbound))).toBe('dns');
});

test('a connection that ends before any answer is a reset', async () => {
  const outbound = await client((req) => req.socket.destroy());
  expect(reason(await get(outbound))).toBe('reset');
});

test('an answer cut short is not taken for a whole one', async () => {
  const outbound = await client((_req, res) => {
    res.writeHead(200, { 'content-length': 100 });
    res.write('{"payload":[', () => res.destroy());
  });
  expect(reason(await get(outbound))).toBe('cut');
});

test('something that does not speak HTTP is a broken answer', async () => {
  const port = await listen(
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
    }),
  );
  expect(reason(await get(clientOf(port)))).toBe('cut');
});

test('a plain server where TLS is expected is a matter of trust', async () => {
  const port = await listen(createServer((_req, res) => res.end('{}')));
  const outbound = createOutbound({ hostsUrl: `https://127.0.0.1:${port}/{host}`, userAgent: 'test' });
  open.push(() => outbound.close());
  expect(reason(await get(outbound))).toBe('tls');
});

test('a body just within the limit is read whole, one byte more is refused', async () => {
  const outbound = await client((req, res) => {
    res.end('x'.repeat(req.url?.includes('token') ? 1001 : 1000));
  }, 1000);
  expect(reason(await get(outbound))).toBe('too_large');
  expect(await outbound.send({ method: 'GET', url: 'https://api.amazon.com/', deadlineMs: PATIENT })).toMatchObject({
    body: 'x'.repeat(1000),
  });
});

test('a huge body is left early: the server does not get to send all of it', async () => {
  let written = 0;
  const outbound = await client((_req, res) => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const pour = (): void => {
      if (res.destroyed || written > 512 * 1024 * 1024) return;
      written += chunk.length;
      res.write(chunk, pour);
    };
    pour();
  });
  expect(reason(await get(outbound))).toBe('too_large');
  expect(written).toBeLessThan(64 * 1024 * 1024);
});

test('after a broken answer the next call works', async () => {
  let asked = 0;
  const outbound = await client((req, res) => {
    asked += 1;
    if (asked === 1) req.socket.destroy();
    else res.end('{}');
  });
  expect(reason(await get(outbound))).toBe('reset');
  expect(reason(await get(outbound))).toBe('answered 200');
});

test('without a template addresses stay real; with one every host goes through it', () => {
  const real = createOutbound({ hostsUrl: null, userAgent: 'test' });
  expect(real.mapUrl('https://sellercentral.amazon.de/apps/manage')).toBe(
    'https://sellercentral.amazon.de/apps/manage',
  );
  const local = createOutbound({ hostsUrl: 'http://127.0.0.1:4290/{host}/', userAgent: 'test' });
  expect(local.mapUrl('https://sellercentral.amazon.de/apps/manage?a=1&b=2')).toBe(
    'http://127.0.0.1:4290/sellercentral.amazon.de/apps/manage?a=1&b=2',
  );
  const named = createOutbound({ hostsUrl: 'http://{host}.local:8080', userAgent: 'test' });
  expect(named.mapUrl('https://api.amazon.com/')).toBe('http://api.amazon.com.local:8080/');
});

test('a hosts template that cannot work is refused at the start', () => {
  for (const hostsUrl of ['http://127.0.0.1:4290', 'ftp://x/{host}', '{host}', ''])
    expect(() => createOutbound({ hostsUrl, userAgent: 'test' })).toThrow('{host}');
});

test('no marketplace is ever reached by an address that is not https', () => {
  const outbound = createOutbound({ hostsUrl: null, userAgent: 'test' });
  for (const url of ['http://api.amazon.com/', 'file:///etc/passwd', 'javascript:alert(1)'])
    expect(() => outbound.mapUrl(url)).toThrow('https');
});
