import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Fault, FaultAnswer } from './faults/faults.ts';
import { isTransport } from './faults/faults.ts';
import { injectedAnswer } from './faults/dialects.ts';
import { HOSTS_PLAYED, hostRole } from './hosts.ts';
import type { HostRole } from './hosts.ts';
import { readBody } from './readBody.ts';
import { redactedPath } from './log/redact.ts';
import type { About, Part, Stage } from './stage.ts';
import { jsonAnswer } from './wire.ts';
import type { Door, WireAnswer, WireRequest } from './wire.ts';

const BODY_LIMIT = 1024 * 1024;
/** Longer than any client waits by default. */
const SLOW_MS = 30_000;

/** Where a request goes once a door has understood it: the host, and the path and query on that host. */
type Address = { host: string; target: string; door: Door };

/** The one way in for both doors. */
export type Front = {
  handle: (address: Address, req: IncomingMessage, res: ServerResponse) => void;
};

export type Parts = Record<HostRole['kind'], Part>;

/** How the answer leaves: whole, cut in the middle, or not at all. */
type Departure = 'whole' | 'truncated' | 'dropped';

type Served = { answer: WireAnswer; delayMs: number; departure: Departure };

type Reception = { stage: Stage; role: HostRole; part: Part; request: WireRequest; about: About };

/** Plays Amazon behind both doors: finds the part by its host, lets faults strike, writes the log. */
export function createFront(stage: Stage, parts: Parts, plainOrigin: () => string): Front {
  async function serve(address: Address, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const startedAt = performance.now();
    const at = new Date(stage.clock.now()).toISOString();
    const role = hostRole(address.host);
    if (!role) return send(res, notPlayed(address.host), 'whole');
    const read = await readRequest(address, req, originFor(address, req) ?? plainOrigin());
    if (!read) return send(res, tooLarge(), 'whole');
    const request = { ...read, gone: hangUp(res) };
    const part = parts[role.kind];
    const about = part.about(stage, request);
    const served = await play({ stage, role, part, request, about });
    if (request.method !== 'GET') stage.keep?.();
    await pause(served.delayMs, res);
    const { host, method, path } = request;
    const seen = { ...about, ...served.answer.seen };
    stage.log.write({
      at,
      host,
      method,
      path: redactedPath(path),
      operation: seen.operation ?? null,
      sellerId: seen.sellerId ?? null,
      status: served.departure === 'dropped' ? 0 : served.answer.status,
      ms: Math.round(performance.now() - startedAt),
    });
    send(res, dated(served.answer, stage.clock.now()), served.departure);
  }

  return {
    handle(address, req, res) {
      serve(address, req, res).catch((error: unknown) => {
        process.stderr.write(`emulator: ${error instanceof Error ? error.stack : String(error)}\n`);
        send(res, jsonAnswer(500, { errors: [{ code: 'InternalFailure', message: 'The emulator failed.' }] }), 'whole');
      });
    },
  };
}

async function play(reception: Reception): Promise<Served> {
  const { stage, role, part, request, about } = reception;
  const target = { host: request.host, path: request.path, operation: about.operation, sellerId: about.sellerId };
  const fault = stage.faults.find(target, stage.clock.now());
  const struck = { role, request, now: stage.clock.now() };
  if (!fault) return { answer: await part.answer(stage, request, () => undefined), delayMs: 0, departure: 'whole' };
  if (isTransport(fault.answer)) {
    stage.faults.count(fault);
    const given = injectedAnswer(stage.amazon, fault.answer, struck);
    return departing(given ?? (await part.answer(stage, request, () => undefined)), fault.answer);
  }
  return afterAuthentication(reception, fault);
}

/** A fault in Amazon's own name strikes only a caller who got as far as being known. */
async function afterAuthentication({ stage, role, part, request }: Reception, fault: Fault): Promise<Served> {
  let hit = false;
  const answer = await part.answer(stage, request, () => {
    const given = injectedAnswer(stage.amazon, fault.answer, { role, request, now: stage.clock.now() });
    if (given) {
      hit = true;
      stage.faults.count(fault);
    }
    return given;
  });
  return hit ? departing(answer, fault.answer) : { answer, delayMs: 0, departure: 'whole' };
}

function departing(answer: WireAnswer, fault: FaultAnswer): Served {
  const delayMs = fault.delayMs ?? (fault.kind === 'slow' ? SLOW_MS : 0);
  if (fault.drop === true || fault.kind === 'drop_response') return { answer, delayMs, departure: 'dropped' };
  return { answer, delayMs, departure: fault.kind === 'truncate' ? 'truncated' : 'whole' };
}

/** Links lead back to the very name the browser used, because cookies belong to it. */
function originFor({ door }: Address, req: IncomingMessage): string | undefined {
  return door === 'plain' && req.headers.host !== undefined ? `http://${req.headers.host}` : undefined;
}

async function readRequest(
  { host, target, door }: Address,
  req: IncomingMessage,
  plainOrigin: string,
): Promise<WireRequest | undefined> {
  const body = await readBody(req, BODY_LIMIT);
  if (!body) return undefined;
  const [path = '/', query = ''] = splitOnce(target, '?');
  return {
    host: host.toLowerCase(),
    method: req.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers: req.headers,
    body,
    door,
    plainOrigin,
  };
}

function splitOnce(whole: string, mark: string): [string, string] {
  const at = whole.indexOf(mark);
  return at < 0 ? [whole, ''] : [whole.slice(0, at), whole.slice(at + mark.length)];
}

/** Tells answers that wait that nobody is left to hear them. */
function hangUp(res: ServerResponse): AbortSignal {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  return gone.signal;
}

/** Ends early when the client gives up, so that nothing keeps a stopping emulator alive. */
function pause(delayMs: number, res: ServerResponse): Promise<void> {
  if (delayMs === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      res.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    res.once('close', done);
  });
}

/** The `Date` of an answer is the emulator's own: a client that compares clocks must see the one that was moved. */
function dated(answer: WireAnswer, now: number): WireAnswer {
  return { ...answer, headers: { date: new Date(now).toUTCString(), ...answer.headers } };
}

function send(res: ServerResponse, answer: WireAnswer, departure: Departure): void {
  if (res.destroyed || res.headersSent || departure === 'dropped') {
    res.destroy();
    return;
  }
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  const bodyless = answer.status === 204 || answer.status === 304;
  res.writeHead(answer.status, { ...answer.headers, ...(bodyless ? {} : { 'content-length': body.length }) });
  if (departure === 'truncated') res.write(body.subarray(0, Math.floor(body.length / 2)), () => res.destroy());
  else if (bodyless) res.end();
  else res.end(body);
}

function notPlayed(host: string): WireAnswer {
  const detail = `The host ${host} is not played here. Hosts played: ${HOSTS_PLAYED.join(', ')}`;
  const problem = { type: 'about:blank', title: 'Host not played', status: 421, detail, hosts: HOSTS_PLAYED };
  return { ...jsonAnswer(421, problem), headers: { 'content-type': 'application/problem+json' } };
}

function tooLarge(): WireAnswer {
  const message = `The request body is larger than ${BODY_LIMIT} bytes.`;
  return jsonAnswer(413, { errors: [{ code: 'RequestTooLarge', message, details: '' }] });
}
