/**
 * Sends what the outbox holds: each message at least once, by one run at a time (its lease), and only while it is still
 * true. What was sent and not marked, because the process died in between, goes out again under the same Message-ID.
 */
import type { OutboxPayload } from '../core/message.ts';
import type { OpenDatabase } from '../db/open.ts';
import { claimDueMessages, markFailed, markRetry, markSent, type OutboxRow } from '../db/outbox.ts';
import { readStore } from '../db/stores.ts';
import { planLetter } from './letter.ts';
import { dropMessage, isStillOurs, postponeMessage } from './marks.ts';
import { messageFor } from './messages.ts';
import { planRenewalDay } from './renewal-day.ts';
import { planAlarm, planReminder, type Plan } from './still-true.ts';
import { MailProblem, type Transport } from './transport.ts';

type Log = {
  info: (fields: Record<string, unknown>, message: string) => void;
  warn: (fields: Record<string, unknown>, message: string) => void;
  error: (fields: Record<string, unknown>, message: string) => void;
};

export type DispatchSettings = {
  db: OpenDatabase;
  /** The product's clock, milliseconds. */
  now: () => number;
  transport: Transport;
  log: Log;
  /** This process, in leases. */
  owner: string;
};

export type Dispatch = {
  /** Handles up to `limit` due messages; how many there were. Never throws for a single message. */
  runDue: (limit: number) => Promise<number>;
};

const MINUTE = 60_000;
/** Pauses after the first, second, … failed attempt. After the last one the message is given up. Minutes. */
export const RETRY_MINUTES = [1, 5, 15, 60, 180, 360, 720, 1440] as const;
const LEASE_MS = 5 * MINUTE;
/** The longest that one sending may take, so that a lease never ends under it. Machine time. */
const SEND_MS = 45_000;
/** While the mail server cannot be used, the rest of a run waits so long. */
const SERVER_DOWN_MS = MINUTE;
const AT_ONCE = 4;

export function createDispatch(settings: DispatchSettings): Dispatch {
  let runs = 0;
  return {
    async runDue(limit) {
      runs += 1;
      // A name for this very run: what an older run of this process still holds is not taken for ours.
      const owner = `${settings.owner}:${runs}`;
      const rows = await claimDueMessages(settings.db.db, { now: settings.now(), owner, limit, leaseMs: LEASE_MS });
      const run: Run = { ...settings, owner, serverDown: false };
      const waiting = [...rows];
      await Promise.all(Array.from({ length: AT_ONCE }, () => work(run, waiting)));
      return rows.length;
    },
  };
}

type Run = DispatchSettings & { serverDown: boolean };

async function work(run: Run, waiting: OutboxRow[]): Promise<void> {
  for (let row = waiting.shift(); row; row = waiting.shift()) {
    try {
      await handle(run, row);
    } catch (error) {
      // The lease ends by itself and the message is tried again.
      run.log.error({ message: row.id, topic: row.topic, error: textOf(error) }, 'a message could not be handled');
    }
  }
}

async function handle(run: Run, row: OutboxRow): Promise<void> {
  const { db } = run.db;
  const held = { id: row.id, owner: run.owner };
  const plan = await planFor(run, row);
  switch (plan.do) {
    case 'drop':
      await dropMessage(db, { ...held, now: run.now(), reason: plan.reason });
      run.log.info({ message: row.id, topic: row.topic, reason: plan.reason }, 'a message was dropped');
      return;
    case 'postpone':
      await postponeMessage(db, { ...held, until: plan.until });
      return;
    case 'send':
      await send(run, plan.payload === undefined ? row : { ...row, payload: plan.payload });
  }
}

type Operators = Extract<OutboxPayload, { topic: `operator${string}` }>;

/** The operator's mails tell what happened once: that stays true. */
function isOperators(payload: OutboxPayload): payload is Operators {
  return payload.topic.startsWith('operator');
}

async function planFor(run: Run, { payload, accountId }: OutboxRow): Promise<Plan> {
  if (run.serverDown) return { do: 'postpone', until: run.now() + SERVER_DOWN_MS };
  if (isOperators(payload)) return { do: 'send' };
  if (payload.topic === 'renewal_day') return planRenewalDay(run.db.db, { payload, accountId, now: run.now() });
  if (payload.topic === 'letter') return planLetter(run.db.db, payload);
  const store = await readStore(run.db.db, { id: payload.storeId, accountId });
  return payload.topic === 'reminder' ? planReminder(payload, store, run.now()) : planAlarm(payload, store);
}

async function send(run: Run, row: OutboxRow): Promise<void> {
  const held = { id: row.id, owner: run.owner };
  // The last look before it leaves: the store may have turned green, or the lease may have ended, while others were sent.
  if (!(await isStillOurs(run.db.db, { ...held, now: run.now() + SEND_MS }))) return;
  try {
    await inTime(run.transport.send(mailOf(row, row.payload, run.now())));
  } catch (error) {
    await failed(run, row, error);
    return;
  }
  await markSent(run.db.db, { ...held, now: run.now() });
  run.log.info({ message: row.id, topic: row.topic, attempt: row.attempt }, 'a message was sent');
}

function mailOf(row: OutboxRow, payload: OutboxPayload, now: number) {
  const { id, accountId, storeId, recipient } = row;
  return { id, accountId, storeId, recipient, at: now, ...messageFor(payload, now) };
}

async function failed(run: Run, row: OutboxRow, error: unknown): Promise<void> {
  const held = { id: row.id, owner: run.owner };
  const kind = error instanceof MailProblem ? error.kind : 'mail';
  const message = textOf(error);
  const minutes = kind === 'recipient' ? undefined : RETRY_MINUTES[Math.max(0, row.attempt - 1)];
  run.serverDown ||= kind === 'server';
  if (minutes === undefined) {
    await markFailed(run.db.db, { ...held, now: run.now(), error: message });
    run.log.error({ message: row.id, topic: row.topic, error: message }, 'a message was given up');
    return;
  }
  await markRetry(run.db.db, { ...held, nextAt: run.now() + minutes * MINUTE, error: message });
  run.log.warn({ message: row.id, topic: row.topic, error: message, minutes }, 'a message will be tried again');
}

/** The words of an error, short enough for a row and without the addresses that mail servers like to repeat. */
function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/[^\s<>@]+@[^\s<>@]+/g, '[address]').slice(0, 300);
}

async function inTime(sending: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new MailProblem('server', 'The mail server took too long.')), SEND_MS);
  });
  try {
    await Promise.race([sending, late]);
  } finally {
    clearTimeout(timer);
  }
}
