import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import type { Moment } from '../clock.ts';
import { exampleStage, NOW } from '../example.testkit.ts';
import { deleteFrom, nextVisibleAt, openQueue, readReceipt, receiptHandle, receiveFrom, sendTo } from './queues.ts';
import type { Queue, QueueMessage } from './queues.ts';

const DAY = 86_400_000;
const at = (machine: number): Moment => ({ now: NOW, machine });

function scene(): { queue: Queue; send: (body: string, moment: Moment) => QueueMessage } {
  const { amazon } = exampleStage();
  const queue = openQueue(amazon, { region: 'us-east-1', name: 'news' }, NOW);
  return { queue, send: (body, moment) => sendTo(amazon, { queue, body }, moment) };
}

type Step = { kind: 'send' | 'wait' | 'receive' | 'delete'; amount: number };
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ kind: fc.constantFrom('send', 'wait', 'receive', 'delete'), amount: fc.nat(40) }),
);

/** Plays the steps: a consumer that takes some, deletes some of what it took, and forgets others. */
function play({ queue, send }: ReturnType<typeof scene>, plan: readonly Step[]) {
  const sent = new Set<string>();
  const deleted = new Set<string>();
  const hands: { messageId: string; handle: string }[] = [];
  let machine = 0;
  const acts: Record<Step['kind'], (amount: number) => void> = {
    send: (amount) => void sent.add(send(String(amount), at(machine)).messageId),
    wait(amount) {
      machine += amount * 1000;
    },
    receive(amount) {
      for (const message of receiveFrom(queue, { max: 1 + (amount % 10) }, at(machine)))
        hands.push({ messageId: message.messageId, handle: receiptHandle(queue, message) });
    },
    delete(amount) {
      const taken = hands[amount % Math.max(1, hands.length)];
      const receipt = taken && readReceipt(queue, taken.handle);
      if (!receipt) return;
      if (receipt.latest) deleted.add(taken.messageId);
      deleteFrom(queue, receipt);
    },
  };
  for (const { kind, amount } of plan) acts[kind](amount);
  return { sent, deleted, machine };
}

test('whatever a consumer does, each message comes until it is deleted and never afterwards', () => {
  fc.assert(
    fc.property(steps, fc.boolean(), fc.option(fc.string({ minLength: 1 }), { nil: undefined }), (...row) => {
      const [plan, duplicate, shuffleSeed] = row;
      const one = scene();
      one.queue.duplicate = duplicate;
      one.queue.shuffleSeed = shuffleSeed;
      const { sent, deleted, machine } = play(one, plan);
      const left = new Set<string>();
      for (let taken = receiveFrom(one.queue, { max: 10, holdMs: DAY }, at(machine + 60_000)); taken.length > 0;) {
        for (const { messageId } of taken) left.add(messageId);
        taken = receiveFrom(one.queue, { max: 10, holdMs: DAY }, at(machine + 60_000));
      }
      for (const id of sent) if (!deleted.has(id)) expect(left).toContain(id);
      if (!duplicate) for (const id of deleted) expect(left).not.toContain(id);
    }),
  );
});

test('nobody else gets a message while somebody holds it', () => {
  const { queue, send } = scene();
  send('one', at(0));
  expect(receiveFrom(queue, { max: 10 }, at(0))).toHaveLength(1);
  expect(nextVisibleAt(queue)).toBe(30_000);
  expect(receiveFrom(queue, { max: 10 }, at(29_999))).toEqual([]);
  expect(receiveFrom(queue, { max: 10 }, at(30_000))).toMatchObject([{ receiveCount: 2 }]);
});

test('a message that nobody fetches for four days is forgotten', () => {
  const { queue, send } = scene();
  send('one', at(0));
  expect(receiveFrom(queue, { max: 1, holdMs: 0 }, at(4 * DAY - 1))).toHaveLength(1);
  expect(receiveFrom(queue, { max: 1 }, at(4 * DAY))).toEqual([]);
});

test('a handle of another queue is none of this one', () => {
  const { queue, send } = scene();
  const handle = receiptHandle(queue, send('one', at(0)));
  const { amazon } = exampleStage();
  const other = openQueue(amazon, { region: 'eu-west-1', name: 'news' }, NOW);
  expect(readReceipt(queue, handle)).toMatchObject({ message: { body: 'one' } });
  expect(readReceipt(other, handle)).toBeUndefined();
});
