/** `/app/live`: what changes, as it changes. A page that missed something asks again; nothing relies on this stream. */
import type { ServerResponse } from 'node:http';
import type { LiveEvent } from '../../stores/live.ts';
import { Fault } from '../../core/fault.ts';
import { seatsKept, type Seat } from '../../people/sign-in.ts';
import type { LiveEvents } from '../contract/app.ts';
import { createGate, type Gate } from '../gate.ts';
import { followTail, type TailFollower } from '../tail.ts';
import type { Routes, Web } from '../web.ts';

const HEARTBEAT_MS = 15_000;
/** How often an open stream is checked when nothing happens. */
const CHECK_MS = 5_000;
/** Open streams of one person: far more than tabs that a person has. */
const STREAMS_MOST = 40;

type Stream = Seat & { personId: string; response: ServerResponse; check: () => void };

export const addLiveRoutes: Routes = (app, web) => {
  const open = new Set<Stream>();
  const tail = followTail(web.doors.tail, web.shop.log);
  const gate = createGate<Stream>((streams) => seatsKept(web.people, streams));
  const timer = setInterval(() => {
    for (const stream of open) stream.check();
  }, CHECK_MS).unref();

  app.route({
    method: 'GET',
    url: '/app/live',
    handler: async (request, reply) => {
      const { account, sessionId, personId } = await web.ask.person(request);
      const own = [...open].filter((one) => one.personId === personId);
      if (own.length >= STREAMS_MOST) {
        throw new Fault('too-many-requests', { detail: 'Too many pages are open. Close some of them.' });
      }
      reply.hijack();
      const response = reply.raw;
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      response.write('retry: 2000\n\n');
      const stream: Stream = { sessionId, personId, accountId: account.id, response, check: () => undefined };
      const deliver = guarded(stream, gate);
      stream.check = () => deliver(() => undefined);
      open.add(stream);
      const stop = connect({ web, response, tail, accountId: account.id, deliver });
      response.once('close', () => {
        stop();
        open.delete(stream);
      });
    },
  });

  app.addHook('preClose', async () => {
    clearInterval(timer);
    tail.stop();
    for (const { response } of open) response.end();
  });
};

type Deliver = (write: () => void) => void;

/** Every event waits for a check that began after it. What may not stay open is closed, and so it is when the check fails. */
function guarded(stream: Stream, gate: Gate<Stream>): Deliver {
  let waiting: (() => void)[] = [];
  let checking = false;

  async function deliverAll(): Promise<void> {
    checking = true;
    while (waiting.length > 0) {
      const events = waiting;
      waiting = [];
      const passes = await gate.passes(stream).catch(() => false);
      if (!passes) stream.response.end();
      if (stream.response.writableEnded) return;
      for (const write of events) write();
    }
    checking = false;
  }

  return (write) => {
    if (stream.response.writableEnded) return;
    waiting.push(write);
    if (!checking) void deliverAll();
  };
}

type Connection = { web: Web; response: ServerResponse; tail: TailFollower; accountId: string; deliver: Deliver };

function connect({ web, response, tail, accountId, deliver }: Connection): () => void {
  const send = <Name extends keyof LiveEvents>(name: Name, data: LiveEvents[Name]): void => {
    deliver(() => response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`));
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
