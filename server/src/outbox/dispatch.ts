/**
 * Sends what the outbox holds: each message at least once, by one run at a time (its lease), and only while it is still
 * true. What was sent and not marked, because the process died in between, goes out again under the same Message-ID.
 */
import { isOutage, reportOutage } from '../database-outage.ts';
import type { OutboxPayload } from '../core/message.ts';
import type { OpenDatabase, Tx } from '../db/open.ts';
import { claimDueMessages, markFailed, markRetry, type OutboxRow } from '../db/outbox.ts';
import { endFolded } from '../db/outbox-count.ts';
import { markAndFollow } from './ladder.ts';
import { askLeave, type Manners } from './manners.ts';
import { dropMessage, isStillOurs, postponeMessage } from './marks.ts';
import { messageFor } from './messages.ts';
import { planMessage, type Planned } from './plan.ts';
import { sentMark } from './sent.ts';
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
  /** Quiet hours, weekly cap and digests; without it everything that is true leaves at once, and there are no digests. */
  manners?: Manners;
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
      const waiting = rows.toSorted((a, b) => urgency(a) - urgency(b));
      await Promise.all(Array.from({ length: AT_ONCE }, () => work(run, waiting)));
      return rows.length;
    },
  };
}

/** First alarms come before everything else, so that no reminder takes the room that the week has left. */
function urgency({ topic }: OutboxRow): number {
  return topic === 'needs_reconnect' || topic === 'blocked' || topic === 'limited' ? 0 : 1;
}

type Run = DispatchSettings & { serverDown: boolean };

async function work(run: Run, waiting: OutboxRow[]): Promise<void> {
  for (let row = waiting.shift(); row; row = waiting.shift()) {
    try {
      await handle(run, row);
    } catch (error) {
      // The lease ends by itself and the message is tried again.
      if (isOutage(error)) reportOutage(run.log, 'messages', error);
      else run.log.error({ message: row.id, topic: row.topic, error: textOf(error) }, 'a message could not be handled');
    }
  }
}

async function handle(run: Run, row: OutboxRow): Promise<void> {
  const { db } = run.db;
  const held = { id: row.id, owner: run.owner };
  const plan = await planFor(run, row);
  switch (plan.do) {
    case 'drop':
      await markAndFollow(run.db, {
        row,
        payload: row.payload,
        now: run.now(),
        copies: false,
        mark: async (tx) => {
          await dropMessage(tx, { ...held, now: run.now(), reason: plan.reason });
          await endFolded(tx, { ids: plan.folded ?? [], now: run.now(), said: false });
        },
        goesOn: plan.goesOn === true,
      });
      run.log.info({ message: row.id, topic: row.topic, reason: plan.reason }, 'a message was dropped');
      return;
    case 'postpone':
      await postponeMessage(db, { ...held, until: plan.until });
      return;
    case 'send':
      await leave(run, { ...row, payload: plan.payload ?? row.payload }, plan);
  }
}

async function planFor(run: Run, row: OutboxRow): Promise<Planned> {
  if (run.serverDown) return { do: 'postpone', until: run.now() + SERVER_DOWN_MS };
  return planMessage(run.db, { row, now: run.now(), manners: run.manners ?? null });
}

type Sending = Extract<Planned, { do: 'send' }>;

/** What is true asks whether it may go out now, singly. */
async function leave(run: Run, row: OutboxRow, plan: Sending): Promise<void> {
  const { manners } = run;
  if (!manners) return send(run, row, plan);
  const { publicUrl } = manners;
  const answer = await askLeave({ db: run.db, row, site: plan.site ?? null, now: run.now(), publicUrl });
  switch (answer.do) {
    case 'go':
      return send(run, row, plan);
    case 'wait':
      return postponeMessage(run.db.db, { id: row.id, owner: run.owner, until: answer.until });
    case 'folded':
      run.log.info({ message: row.id, topic: row.topic, into: answer.into }, 'a message is said in another one');
  }
}

async function send(run: Run, row: OutboxRow, plan: Sending): Promise<void> {
  const held = { id: row.id, owner: run.owner };
  // The last look before it leaves: the store may have turned green, or the lease may have ended, while others were sent.
  if (!(await isStillOurs(run.db.db, { ...held, now: run.now() + SEND_MS }))) return;
  try {
    await inTime(run.transport.send(mailOf(row, row.payload, run.now())));
  } catch (error) {
    await failed(run, row, error);
    return;
  }
  const now = run.now();
  const mark = sentMark({ row, owner: run.owner, now, plan, publicUrl: run.manners?.publicUrl ?? null });
  await markAndFollow(run.db, { row, payload: row.payload, now, copies: true, mark });
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
    const mark = (tx: Tx) => markFailed(tx, { ...held, now: run.now(), error: message });
    await markAndFollow(run.db, { row, payload: row.payload, now: run.now(), copies: true, mark });
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
