import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { APP, BLUE_BIRD, exampleStage, NOW, US } from '../example.testkit.ts';
import type { Stage } from '../stage.ts';
import type { Subscription, Transaction } from '../world/schema.ts';
import { addEarnings, announce, newsChanged } from './announce.ts';

const HOUR = 3_600_000;
const iso = (instant: number): string => new Date(instant).toISOString();

function transactionAt(instant: number): Transaction {
  return {
    sellerId: BLUE_BIRD,
    postedDate: iso(instant),
    totalAmount: { currencyCode: 'USD', currencyAmount: 1 },
    sellingPartnerMetadata: { sellingPartnerId: BLUE_BIRD, accountType: 'STANDARD_ORDERS', marketplaceId: US },
  };
}

const SUBSCRIPTION: Subscription = {
  subscriptionId: 'one',
  applicationId: APP,
  sellerId: BLUE_BIRD,
  notificationType: 'TRANSACTION_UPDATE',
  payloadVersion: '1.0',
  destinationId: 'destination',
};

/** A world with a transaction at each hour given, from now. */
function scene(hours: readonly number[], subscriptions: Subscription[] = [SUBSCRIPTION]): Stage {
  const resource = { sqs: { arn: 'arn:aws:sqs:us-east-1:123456789012:news' } };
  return exampleStage({
    transactions: hours.map((hour) => transactionAt(NOW + hour * HOUR)),
    destinations: [{ destinationId: 'destination', applicationId: APP, region: 'na', name: 'news', resource }],
    subscriptions,
  });
}

/** Sets the clock to so many hours from the beginning and tells how much was sent then. */
function tellAt({ amazon, clock }: Stage, hours: number): number {
  clock.set(NOW + hours * HOUR);
  return announce(amazon, clock.moment()).length;
}

test('however the clock gets there, everything on the way is told once', () => {
  const hours = fc.array(fc.integer({ min: -50, max: 200 }), { maxLength: 30 });
  fc.assert(
    fc.property(hours, fc.array(fc.nat(20)), (posted, moves) => {
      const stage = scene(posted);
      let at = 0;
      let told = 0;
      for (const move of moves) {
        at += move;
        told += tellAt(stage, at);
        expect(told).toBe(posted.filter((hour) => hour > 0 && hour <= at).length);
      }
    }),
  );
});

test('a clock that was moved back tells again what is to come again', () => {
  const stage = scene([2]);
  expect([tellAt(stage, 3), tellAt(stage, 1), tellAt(stage, 2)]).toEqual([1, 0, 1]);
});

test('what was posted before somebody subscribed is not told, what is posted afterwards is', () => {
  const stage = scene([1, 3], []);
  expect(tellAt(stage, 0.5)).toBe(0);
  stage.amazon.subscriptions.set('one', { ...SUBSCRIPTION, createdAt: iso(NOW + 2 * HOUR) });
  newsChanged(stage.amazon);
  expect(tellAt(stage, 4)).toBe(1);
});

test('what is added for a time to come is told then, although nothing was to come before', () => {
  const stage = scene([]);
  expect(tellAt(stage, 1)).toBe(0);
  const transactions = [transactionAt(NOW + 2 * HOUR)];
  expect(addEarnings(stage.amazon, { transactions, payouts: [], settlements: [] }, stage.clock.moment())).toEqual([]);
  expect([tellAt(stage, 2), tellAt(stage, 3)]).toEqual([1, 0]);
});

test('a transaction without a date or an amount is not told: the notification has no words for it', () => {
  const stage = scene([]);
  const { postedDate: _, ...undated } = transactionAt(NOW);
  const { totalAmount: __, ...free } = transactionAt(NOW);
  const transactions = [undated, free];
  expect(addEarnings(stage.amazon, { transactions, payouts: [], settlements: [] }, stage.clock.moment())).toEqual([]);
});
