/** What is written down when a message has gone out. */
import { noteDigest } from '../db/message-settings.ts';
import type { Tx } from '../db/open.ts';
import { keepPayload, markSent, type OutboxRow } from '../db/outbox.ts';
import { foldedLetters, endFolded } from '../db/outbox-count.ts';
import { queueSummary } from './manners.ts';
import type { Planned } from './plan.ts';

type Sent = {
  row: OutboxRow;
  owner: string;
  now: number;
  plan: Extract<Planned, { do: 'send' }>;
  publicUrl: string | null;
};

export function sentMark({ row, owner, now, plan, publicUrl }: Sent): (tx: Tx) => Promise<void> {
  return async (tx) => {
    await markSent(tx, { id: row.id, owner, now });
    if (row.payload.topic === 'absence_over') await keepPayload(tx, row);
    if (row.payload.topic === 'digest') await noteDigest(tx, { accountId: row.accountId, now });
    if (row.payload.topic === 'summary') await afterSummary(tx, { row, now, folded: plan.folded ?? [], publicUrl });
  };
}

type Summed = { row: OutboxRow; now: number; folded: readonly string[]; publicUrl: string | null };

/** What came to it while it was being written is said by another one, a day later. */
async function afterSummary(tx: Tx, { row, now, folded, publicUrl }: Summed): Promise<void> {
  const { accountId, recipient } = row;
  await endFolded(tx, { ids: folded, now, said: true });
  const later = await foldedLetters(tx, { accountId, recipient });
  if (later.length > 0 && publicUrl !== null) {
    await queueSummary(tx, { accountId, recipient, now, publicUrl, butNot: row.id });
  }
}
