import { z } from 'zod';

import { addEarnings, announce } from '../state/announce.ts';
import { payoutSchema, settlementSchema, transactionSchema } from '../world/schema.ts';
import { badBody } from './problem.ts';
import { parsed } from './route.ts';
import type { ControlAnswer, ControlRequest, ControlRoute } from './route.ts';

const earningsSchema = z.strictObject({
  transactions: z.array(transactionSchema).default([]),
  payouts: z.array(payoutSchema).default([]),
  settlements: z.array(settlementSchema).default([]),
});

function add({ stage, body }: ControlRequest): ControlAnswer {
  const earnings = parsed(earningsSchema, body);
  for (const list of ['transactions', 'payouts', 'settlements'] as const)
    for (const [at, { sellerId }] of earnings[list].entries())
      if (!stage.amazon.sellers.has(sellerId))
        throw badBody([
          { pointer: `/${list}/${at}/sellerId`, detail: `names ${sellerId}, which this world does not have` },
        ]);
  const moment = stage.clock.moment();
  announce(stage.amazon, moment);
  return { status: 201, body: { sent: addEarnings(stage.amazon, earnings, moment) } };
}

export const EARNINGS_ROUTES: readonly ControlRoute[] = [
  {
    method: 'POST',
    path: '/earnings',
    id: 'addEarnings',
    summary:
      'Adds transactions, payouts and settlements as the world file writes them; subscribers are told when it is their time',
    body: earningsSchema,
    handle: add,
  },
];
