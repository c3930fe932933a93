import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import { createServer as createNetServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Authority } from './authority.ts';

/**
 * The second door of the emulator, for clients whose host names and https cannot be changed. One port understands
 * four ways in, told apart by the first byte and the request line:
 * - `CONNECT host:443`, then TLS that ends here (`HTTPS_PROXY`);
 * - `POST https://host/…`, the absolute form of RFC 9112 3.2.2, in clear (clients that never tunnel);
 * - TLS without a CONNECT before it, the host taken from SNI (the preload, a hosts file, a port forward);
 * - `GET /_/ca.pem`, the certificate to trust, and `GET /_/hosts`, the names that are played.
 */
export type ProxyDoor = {
  port: number;
  /** "http://127.0.0.1:4291": the value for `HTTPS_PROXY`. */
  url: string;
  close: () => Promise<void>;
};

/** One request to a host that is played; `request.url` is path and query alone. */
export type OnPlayedRequest = (request: IncomingMessage, response: ServerResponse, host: string) => void;

type ProxyOptions = {
  /** 0 takes a free port. */
  port: number;
  /** Address to listen at; loopback unless told otherwise. */
  bind?: string;
  authority: Authority;
  /** Host names answered, in lower case; every other one is refused. */
  hosts: readonly string[];
  onRequest: OnPlayedRequest;
};

const TLS_HANDSHAKE = 0x16;
/** TLS connections are told which host their CONNECT named; the others carry it in SNI. */
const connectHosts = new WeakMap<object, string>();

/** @throws when the port is taken. */
export async function openProxyDoor(options: ProxyOptions): Promise<ProxyDoor> {
  const { authority, onRequest } = options;
  const played = new Set(options.hosts);
  const inner = createHttpServer((request, response) => {
    const host = hostOfTunnel(request);
    if (host && played.has(host)) onRequest(request, response, host);
    else refuse(response, host ?? 'a connection without a host name');
  });
  const terminate = (raw: Duplex, connectHost?: string): void => {
    const secure = new TLSSocket(raw, {
      isServer: true,
      ...(connectHost === undefined ? {} : { secureContext: authority.contextFor(connectHost) }),
      SNICallback(name, done) {
        const host = name.toLowerCase();
        if (played.has(host)) done(null, authority.contextFor(host));
        else done(new Error(`${name} is not played here`));
      },
    });
    secure.on('error', () => secure.destroy());
    if (connectHost !== undefined) connectHosts.set(secure, connectHost);
    inner.emit('connection', secure);
  };
  const outer = createOuter(options, terminate);
  const listener = createNetServer((socket) => sniff(socket, outer, terminate));
  await listen(listener, options);
  return describe(listener, options, [inner, outer]);
}

/** What arrives in clear: CONNECT, absolute-form requests, and the door's own page. */
function createOuter(options: ProxyOptions, terminate: Terminate): HttpServer {
  const played = new Set(options.hosts);
  const outer = createHttpServer((request, response) => {
    const absolute = /^https?:\/\/([^/?#]+)([^#]*)/i.exec(request.url ?? '');
    if (!absolute) return ownPage(request, response, options);
    const host = withoutPort(absolute[1] ?? '');
    if (!played.has(host)) return refuse(response, host);
    const path = absolute[2] ?? '';
    request.url = path.startsWith('/') ? path : `/${path}`;
    return options.onRequest(request, response, host);
  });
  outer.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const host = withoutPort(request.url ?? '');
    if (!played.has(host) || !request.url?.endsWith(':443')) {
      const text = refusal(request.url ?? '');
      const length = Buffer.byteLength(text);
      socket.end(`HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\ncontent-length: ${length}\r\n\r\n${text}`);
      return;
    }
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    terminate(socket, host);
  });
  return outer;
}

type Terminate = (raw: Duplex, connectHost?: string) => void;

/** Hands the connection on by its first byte: a TLS handshake record or a request line. */
function sniff(socket: Socket, outer: HttpServer, terminate: Terminate): void {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.once('readable', () => {
    const first: Buffer | null = socket.read(1);
    if (first === null) return;
    socket.unshift(first);
    if (first[0] === TLS_HANDSHAKE) terminate(socket);
    else outer.emit('connection', socket);
  });
}

function hostOfTunnel(request: IncomingMessage): string | null {
  const socket: unknown = request.socket;
  if (!(socket instanceof TLSSocket)) return null;
  const named = connectHosts.get(socket);
  if (named !== undefined) return named;
  return typeof socket.servername === 'string' ? socket.servername.toLowerCase() : null;
}

const withoutPort = (authority: string): string => authority.replace(/^.*@/, '').replace(/:\d*$/, '').toLowerCase();

const refusal = (host: string): string =>
  `${host} is not played by this emulator, and nothing is passed on to the real internet.\n`;

function refuse(response: ServerResponse, host: string): void {
  response.writeHead(403, { 'content-type': 'text/plain' }).end(refusal(host));
}

function ownPage(request: IncomingMessage, response: ServerResponse, { authority, hosts }: ProxyOptions): void {
  if (request.url === '/_/ca.pem') {
    response.writeHead(200, { 'content-type': 'application/x-pem-file' }).end(authority.certificatePem);
  } else if (request.url === '/_/hosts') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(hosts));
  } else {
    response
      .writeHead(400, { 'content-type': 'text/plain' })
      .end('This is the proxy door: use it as HTTPS_PROXY. GET /_/ca.pem gives the certificate to trust.\n');
  }
}

function listen(server: Server, { port, bind = '127.0.0.1' }: ProxyOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, bind, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** `inner` and `outer` never listen themselves, so ending the port's own connections ends everything. */
function describe(listener: Server, { bind = '127.0.0.1' }: ProxyOptions, servers: HttpServer[]): ProxyDoor {
  const open = new Set<Socket>();
  listener.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  const { port } = listener.address() as AddressInfo;
  return {
    port,
    url: `http://${bind.includes(':') ? `[${bind}]` : bind}:${port}`,
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        for (const server of servers) server.closeAllConnections();
        for (const socket of open) socket.destroy();
      }),
  };
}
