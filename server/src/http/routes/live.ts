/** `/app/live`: what changes, as it changes. A page that missed something asks again; nothing relies on this stream. */
import type { ServerResponse } from 'node:http';
import type { LiveEvent } from '../../stores/live.ts';
import type { LiveEvents } from '../contract/app.ts';
import { followTail, type TailFollower } from '../tail.ts';
import type { Routes, Web } from '../web.ts';

const HEARTBEAT_MS = 15_000;

export const addLiveRoutes: Routes = (app, web) => {
  const open = new Set<ServerResponse>();
  const tail = followTail(web.doors.tail, web.shop.log);

  app.route({
    method: 'GET',
    url: '/app/live',
    handler: async (request, reply) => {
      const { account } = await web.ask.person(request);
      reply.hijack();
      const response = reply.raw;
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      response.write('retry: 2000\n\n');
      open.add(response);
      const stop = connect({ web, response, tail, accountId: account.id });
      request.raw.once('close', () => {
        stop();
        open.delete(response);
      });
    },
  });

  app.addHook('preClose', async () => {
    tail.stop();
    for (const response of open) response.end();
  });
};

type Connection = { web: Web; response: ServerResponse; tail: TailFollower; accountId: string };

function connect({ web, response, tail, accountId }: Connection): () => void {
  const send = <Name extends keyof LiveEvents>(name: Name, data: LiveEvents[Name]): void => {
    if (!response.writableEnded) response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  // The same change arrives twice: from this process's bus at once, and from the event log that all processes share.
  const newest = new Map<string, number>();
  const sendStore = (store: LiveEvents['store'], always: boolean): void => {
    const known = newest.get(store.id) ?? -1;
    if (store.version < known || (!always && store.version === known)) return;
    newest.set(store.id, store.version);
    send('store', store);
  };
  const stops = [
    web.shop.live.subscribe(accountId, (event) => relay(event, { send, sendStore, web })),
    tail.subscribe(accountId, (store) => sendStore(store, false)),
    web.demo?.onClock((now) => send('clock', { now: new Date(now).toISOString() })) ?? (() => undefined),
  ];
  const heart = setInterval(() => {
    if (!response.writableEnded) response.write(': still here\n\n');
  }, HEARTBEAT_MS);
  return () => {
    clearInterval(heart);
    for (const stop of stops) stop();
  };
}

type Outlet = {
  send: <Name extends keyof LiveEvents>(name: Name, data: LiveEvents[Name]) => void;
  sendStore: (store: LiveEvents['store'], always: boolean) => void;
  web: Web;
};

function relay(event: LiveEvent, { send, sendStore, web }: Outlet): void {
  switch (event.type) {
    case 'store':
      sendStore(event.store, true);
      return;
    case 'store_removed':
      send('store_removed', { store_id: event.storeId });
      return;
    case 'connect_session':
      send('connect_session', event.session);
      return;
    case 'repair':
      send('repair', { store_id: event.storeId });
      return;
    case 'mailbox':
      void web.doors.mailbox?.unread(event.accountId).then(
        (unread) => send('mailbox', { unread }),
        () => undefined,
      );
      return;
  }
}
