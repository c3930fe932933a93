/** Idempotency keys for the HTTP server: who runs a request, which process is gone, and the answers that are kept. */
import { hostname } from 'node:os';
import { beginIdempotent, dropIdempotent, finishIdempotent, noteSubject, openAnswer } from './db/idempotency.ts';
import { isProcessSeen } from './db/processes.ts';
import type { Idempotency } from './http/web.ts';
import type { Answer } from './stores/remember.ts';
import type { Shop } from './stores/shop.ts';

/** A request without the name of its process counts as lost after this. Milliseconds. */
const UNNAMED_MS = 120_000;
/** A process announces itself every two seconds: silent for so long it is gone, at once if its number is free here. */
const SILENT_MS = 30_000;
const SILENT_HERE_MS = 6_000;

/** Kept by the machine's clock: a moved demo clock must not make a running request look lost. */
export function createIdempotency(shop: Shop): Idempotency {
  const { db } = shop.db;
  const running = new Set<string>();
  /** When the requests that are just asking began to ask, by name. */
  const asking = new Map<string, number[]>();

  async function ask(request: Parameters<Idempotency['begin']>[0], now: number) {
    const name = nameOf(request);
    const isLost = async ({ owner, createdAt }: { owner: string | null; createdAt: number }) => {
      if (owner === null) return now - createdAt >= UNNAMED_MS;
      if (owner !== shop.owner) return isGone(shop, owner);
      // Our own row that no request of ours runs or has just written: what ended it could not remove it.
      return !running.has(name) && createdAt < Math.min(...(asking.get(name) ?? []));
    };
    const begun = await beginIdempotent(db, { ...request, now, owner: shop.owner, isLost });
    if (begun.kind === 'new') running.add(name);
    return begun;
  }

  return {
    async begin(request) {
      const now = Date.now();
      const others = asking.get(nameOf(request)) ?? [];
      asking.set(nameOf(request), [...others, now]);
      const begun = await ask(request, now).finally(() => forgetAsking(asking, nameOf(request), now));
      if (begun.kind === 'new') return { kind: 'begun', resumes: begun.subject ?? null };
      if (begun.kind === 'in_progress') return { kind: 'running' };
      if (begun.kind === 'conflict') return begun;
      return { kind: 'finished', ...keptAnswer(shop, request, begun) };
    },
    noteBegun: (tx, request) => noteSubject(tx, request),
    async keep(tx, { answer, ...request }) {
      await finishIdempotent({ db: tx ?? db, vault: shop.vault }, { ...request, ...written(answer) });
    },
    async abandon(request) {
      await dropIdempotent(db, request);
    },
    end(request) {
      running.delete(nameOf(request));
    },
  };
}

function nameOf({ accountId, key }: { accountId: string; key: string }): string {
  return `${accountId} ${key}`;
}

function forgetAsking(asking: Map<string, number[]>, name: string, since: number): void {
  const left = [...(asking.get(name) ?? [])];
  left.splice(left.indexOf(since), 1);
  if (left.length === 0) asking.delete(name);
  else asking.set(name, left);
}

function written({ status, body, headers }: Answer): { status: number; body: string } {
  return { status, body: JSON.stringify({ body: body ?? null, headers: headers ?? {} }) };
}

type Kept = { status: number; body: string; keyId: string | null };

function keptAnswer(shop: Shop, request: { accountId: string; key: string }, { status, body, keyId }: Kept): Answer {
  if (keyId === null) return { status, body: body === '' ? null : (JSON.parse(body) as unknown) };
  const { accountId, key } = request;
  const opened = openAnswer(shop.vault, { accountId, key, sealed: body });
  return { status, ...(JSON.parse(opened) as Pick<Answer, 'body' | 'headers'>) };
}

/** An embedded database has one server at a time: another name in it is of one that ended. */
async function isGone(shop: Shop, owner: string): Promise<boolean> {
  if (shop.db.dialect === 'sqlite') return true;
  const [host, pid] = owner.split(':');
  const isFreeHere = host === hostname() && !isOtherAlive(Number(pid));
  const withinMs = isFreeHere ? SILENT_HERE_MS : SILENT_MS;
  return !(await shop.db.acrossAccounts(() => isProcessSeen(shop.db.db, { id: owner, withinMs })));
}

function isOtherAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
