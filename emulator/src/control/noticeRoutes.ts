import { mailsSent } from '../state/mwsNotices.ts';
import { notFound } from './problem.ts';
import { ok } from './route.ts';
import type { ControlAnswer, ControlRequest, ControlRoute } from './route.ts';

function list({ stage, query }: ControlRequest): ControlAnswer {
  const { amazon, clock } = stage;
  const sellerId = query.get('sellerId') ?? undefined;
  if (sellerId !== undefined && !amazon.sellers.has(sellerId)) throw notFound(`There is no seller ${sellerId}`);
  const mails = mailsSent(amazon, clock.now(), sellerId);
  return ok({ data: mails.map((mail) => ({ ...mail, sentAt: new Date(mail.sentAt).toISOString() })) });
}

export const NOTICE_ROUTES: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/notices',
    id: 'listNotices',
    summary: "Mails Amazon has sent because a developer's year ends: weekly from thirty days before, oldest first",
    query: { sellerId: "one seller's mails; all when absent" },
    handle: list,
  },
];
