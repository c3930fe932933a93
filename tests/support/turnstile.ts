/** A turnstile before the marketplace: chosen requests wait in it until the test lets them through, or for ever. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';

export type Turnstile = {
  url: string;
  /** Requests that wait now. */
  waiting: () => number;
  /** Lets the one through that has waited longest; it reaches the marketplace only now. */
  letOne: () => void;
  /** Lets everybody through, those to come as well. */
  open: () => void;
  /** Ends once so many wait. */
  untilWaiting: (count: number) => Promise<void>;
  stop: () => Promise<void>;
};

type Asked = { path: string; body: string };

/** `holds` says which request has to wait. */
export async function openTurnstile(marketUrl: string, holds: (asked: Asked) => boolean): Promise<Turnstile> {
  const queue: (() => void)[] = [];
  const state = { open: false, changed: () => undefined as void };
  const server = createServer((req, res) => void receive(req, res));

  async function receive(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = Buffer.concat(await req.toArray());
    const go = (): void => void pass(marketUrl, { req, res, body });
    if (state.open || !holds({ path: req.url ?? '', body: body.toString() })) return go();
    queue.push(go);
    // Whoever hung up, because its process is gone, is not let through later.
    res.on('close', () => {
      const place = queue.indexOf(go);
      if (place >= 0) queue.splice(place, 1);
      state.changed();
    });
    state.changed();
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    waiting: () => queue.length,
    letOne: () => queue.shift()?.(),
    open() {
      state.open = true;
      for (const go of queue.splice(0)) go();
    },
    untilWaiting: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (queue.length === count) resolve();
        };
        state.changed = look;
        look();
      }),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

type Passing = { req: IncomingMessage; res: ServerResponse; body: Buffer };

async function pass(marketUrl: string, { req, res, body }: Passing): Promise<void> {
  const { host: _ours, connection: _hop, 'content-length': _length, ...headers } = req.headers;
  const answer = await fetch(`${marketUrl}${req.url}`, {
    method: req.method ?? 'GET',
    headers: headers as Record<string, string>,
    ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
  });
  const text = Buffer.from(await answer.arrayBuffer());
  const { 'content-encoding': _plain, 'transfer-encoding': _hop2, ...back } = Object.fromEntries(answer.headers);
  res.writeHead(answer.status, { ...back, 'content-length': String(text.length) });
  res.end(text);
}
