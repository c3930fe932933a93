/** An account whose stores break and are repaired on a clock that moves, and what its people are mailed meanwhile. */
import { transition } from '../../server/src/core/transition.ts';
import { causeRule, type Cause } from '../../server/src/core/diagnosis.ts';
import type { Judgement } from '../../server/src/core/judgement.ts';
import type { Verdict } from '../../server/src/core/connection.ts';
import { lockStore, insertStore, type StoreRow } from '../../server/src/db/stores.ts';
import type { TestDatabase } from '../../server/src/db/testing.ts';
import { aStore } from '../../server/src/db/testing-rows.ts';
import { openLink } from '../../server/src/people/mail.ts';
import { createDispatch } from '../../server/src/outbox/dispatch.ts';
import type { OutgoingMail } from '../../server/src/outbox/transport.ts';
import type { MessageSettingsAnswer, MessageSettingsBody } from '../../server/src/http/contract/messages.ts';
import { beginning } from '../../server/src/stores/open-store.ts';
import { beforeOf, commitRow } from '../../server/src/stores/settle.ts';
import { openWeb, SAME_ORIGIN, type TestWeb } from './web.ts';

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const MINUTE = 60_000;

export type Post = { at: string; to: string; subject: string; text: string };

/** Nothing is held: no quiet hours, and room for every mail. */
export const ANY_HOUR: MessageSettingsBody = {
  time_zone: 'UTC',
  quiet_from: '00:00',
  quiet_to: '00:00',
  weekends_off: false,
  weekly_cap: 50,
  second_email: null,
  digest: 'off',
  digest_hour: 8,
  digest_email: null,
  urgent_too: false,
};

export async function openOffice(database: TestDatabase, { start, opened }: { start: number; opened: TestWeb[] }) {
  const web = await openWeb(database);
  opened.push(web);
  const { shop, app } = web;
  const clock = { now: start };
  shop.now = () => clock.now;
  const person = await web.signUp('Mira');
  const headers = { cookie: person.cookie, ...SAME_ORIGIN };
  const sent: OutgoingMail[] = [];
  const dispatch = createDispatch({
    db: database,
    now: shop.now,
    transport: { send: async (mail) => void sent.push(mail), close: () => undefined },
    log: QUIET,
    owner: 'test',
    manners: {
      publicUrl: shop.publicUrl,
      labelOf: (marketplace) => shop.connector(marketplace).label,
      openLink: (sealed) => openLink(web.people, sealed),
    },
  });

  /** Everything that is due now, until nothing is. */
  const deliver = async () => {
    while ((await dispatch.runDue(50)) > 0);
  };

  const nextDue = async () => {
    const { at } = await database.db
      .selectFrom('outbox')
      .select((select) => select.fn.min('next_at').as('at'))
      .where('next_at', 'is not', null)
      .executeTakeFirstOrThrow();
    return at === null ? Infinity : Number(at);
  };

  const change = (id: string, judged: (row: StoreRow) => Partial<StoreRow> & { judgement: Judgement }) =>
    database.transaction(async (tx) => {
      const row = await lockStore(tx, id);
      if (!row) throw new Error('there is no such store');
      const { judgement, ...fields } = judged(row);
      const step = transition(beforeOf(row), judgement, clock.now);
      const { verdict, alarm, diagnosis } = judgement;
      const cause = diagnosis?.cause ?? null;
      const after = {
        ...row,
        judgement,
        verdict,
        alarm,
        cause,
        since: step.since,
        version: row.version + 1,
        ...fields,
      };
      await commitRow(shop, { tx, before: row, after, judgement, step, now: clock.now });
    });

  return {
    ...web,
    clock,
    accountId: person.accountId,
    sent,
    deliver,
    /** Moves the clock to each instant at which something falls due, and delivers it. */
    async until(end: number) {
      await deliver();
      for (let at = await nextDue(); at <= end; at = await nextDue()) {
        clock.now = Math.max(at, clock.now);
        await deliver();
      }
      clock.now = end;
    },
    async add(special: Partial<StoreRow> = {}): Promise<StoreRow> {
      const row = aStore({
        judgement: beginning('verifying', null),
        createdAt: start,
        authorizedAt: start,
        ...special,
      });
      const store = { ...row, accountId: person.accountId };
      await insertStore(database.db, store);
      return store;
    },
    /** The guard passed: the store is broken from now on, or by another cause than before. */
    breaks: (id: string, cause: Cause, verdict: Verdict = 'reconnect') =>
      change(id, (row) => ({ judgement: broken(cause, verdict, row.alarm?.since ?? clock.now) })),
    /** Seller Central was opened. */
    repairing: (id: string) =>
      change(id, ({ judgement }) => {
        if (!judgement) throw new Error('never judged');
        return { judgement: { ...judgement, verdict: 'repairing' } };
      }),
    heals: (id: string) =>
      change(id, () => ({
        judgement: { ...beginning('verifying', null), verdict: 'connected' },
        lastOkAt: clock.now,
        repair: null,
      })),
    settings: async (special: Partial<MessageSettingsBody>) => {
      const payload = { ...ANY_HOUR, ...special };
      const answer = await app.inject({ method: 'PUT', url: '/v1/message_settings', headers, payload });
      return { status: answer.statusCode, body: answer.json<MessageSettingsAnswer>() };
    },
    patch: async (id: string, payload: Record<string, unknown>) => {
      const answer = await app.inject({ method: 'PATCH', url: `/v1/stores/${id}`, headers, payload });
      return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
    },
    ask: async (url: string) => (await app.inject({ url, headers })).json<Record<string, unknown>>(),
    /** What was mailed, in order; instants to the minute. */
    post: (): Post[] =>
      sent.map(({ at, recipient, subject, text }) => ({
        at: new Date(Math.floor(at / MINUTE) * MINUTE).toISOString().slice(0, 16),
        to: recipient,
        subject,
        text,
      })),
  };
}

function broken(cause: Cause, verdict: Verdict, since: number): Judgement {
  const rule = causeRule(cause);
  const diagnosis = {
    cause,
    owner: rule.owner,
    action: rule.action,
    healsInPlace: rule.healsInPlace,
    likely: [],
    confidence: 'high' as const,
    evidence: [],
    excluded: [],
    capability: null,
  };
  return { ...beginning('verifying', diagnosis), verdict, alarm: { cause, since, evidence: [], diagnosis } };
}
