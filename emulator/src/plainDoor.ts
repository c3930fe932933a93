import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

import { isLocalHost, type Control } from './control/control.ts';
import type { Front } from './front.ts';
import { HOSTS_PLAYED } from './hosts.ts';

export type PlainDoor = { port: number; close: () => Promise<void> };

type PlainDoorOptions = { port: number; bind: string; front: Front; control: Control };

/** `/{host}/…` for the hosts played, `/_/…` for the control API, over plain HTTP. @throws when the port is taken. */
export async function openPlainDoor({ port, bind, front, control }: PlainDoorOptions): Promise<PlainDoor> {
  const server = createServer({ keepAliveTimeout: 30_000 }, (req, res) => {
    const [, host = '', target = ''] = /^\/+([^/?]*)(.*)$/s.exec(req.url ?? '') ?? [];
    if (host === '_') control.handle(target, req, res);
    else if (!isLocalHost(req)) refuse(res);
    else if (host === '') doorSign(req, res);
    else front.handle({ host, target: target.startsWith('/') ? target : `/${target}`, door: 'plain' }, req, res);
  });
  await listen(server, port, bind);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number, bind: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, bind, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function refuse(res: ServerResponse): void {
  res.writeHead(421, { 'content-type': 'text/plain; charset=utf-8' }).end('Use 127.0.0.1 or localhost.\n');
}

/** What somebody sees who opens the bare address. */
function doorSign(req: IncomingMessage, res: ServerResponse): void {
  const origin = `http://${req.headers.host ?? ''}`;
  const pages = HOSTS_PLAYED.filter((host) => host.startsWith('sellercentral'));
  const lines = [
    'Emulated marketplace. Runs on this machine for practice; not Amazon, not connected to Amazon.',
    '',
    `Control API: ${origin}/_/openapi.json`,
    'Every host is played under its name in the path, for example',
    `  ${origin}/api.amazon.com/auth/o2/token`,
    '',
    'Seller Central:',
    ...pages.map((host) => `  ${origin}/${host}/`),
    '',
  ];
  res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(lines.join('\n'));
}
