/** `/v1/stores/:id/hand_offs`: a link for the store's owner who is no user here, and what became of it. */
import { renderSVG } from 'uqr';
import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import { accountName } from '../../people/accounts.ts';
import { noteMaker } from '../../people/made.ts';
import { listHandOffs, makeHandOff, type Made, openToken, revokeHandOff, sealToken } from '../../stores/hand-off.ts';
import type { Remember } from '../../stores/remember.ts';
import { readStore } from '../../stores/read.ts';
import { HandOffBody, MadeHandOff, NewHandOff } from '../contract/hand-off.ts';
import { once } from '../idempotency.ts';
import { handOffMessage } from '../pages/hand-off/message.ts';
import { Id } from '../paging.ts';
import type { Asker } from '../session.ts';
import type { Routes, Web } from '../web.ts';

/** What is kept for a request that is sent again: the link's token is in it sealed. */
const Kept = z.object({
  hand_off: HandOffBody,
  sealed_token: z.string(),
  store: z.object({ name: z.string(), site: z.string() }),
  account_name: z.string(),
});
type Kept = z.infer<typeof Kept>;

export const addHandOffRoutes: Routes = (app, web) => {
  addMaking(app, web);
  addReading(app, web);
};

const addMaking: Routes = (app, web) => {
  const { ask, doors } = web;

  app.route({
    method: 'POST',
    url: '/v1/stores/:id/hand_offs',
    schema: {
      summary: 'Make a link for the store’s owner; the one before stops working. Its address is told once',
      params: Id,
      body: NewHandOff,
      response: { 201: MadeHandOff },
    },
    handler: (request, reply) =>
      ask.inAccount(request, async (asker) => {
        const { accountId } = asker;
        const answer = await once(request, { idempotency: doors.idempotency, accountId }, async (remember) => {
          const making = { storeId: request.params.id, wanted: request.body, remember };
          return { status: 201, body: await make(web, asker, making) };
        });
        const body = told(web, accountId, Kept.parse(answer.body));
        return reply
          .code(201)
          .headers({ ...answer.headers, 'cache-control': 'no-store' })
          .send(body);
      }),
  });
};

const addReading: Routes = (app, { shop, ask }) => {
  app.route({
    method: 'GET',
    url: '/v1/stores/:id/hand_offs',
    schema: {
      summary: 'The store’s links, the newest first, each with what its owner has done so far',
      params: Id,
      response: { 200: z.object({ data: z.array(HandOffBody), next_cursor: z.null() }) },
    },
    handler: (request) =>
      ask.inAccount(request, async ({ accountId }) => {
        return { data: await listHandOffs(shop, { accountId, storeId: request.params.id }), next_cursor: null };
      }),
  });

  app.route({
    method: 'DELETE',
    url: '/v1/stores/:id/hand_offs/:hand_off_id',
    schema: {
      summary: 'Revoke a link: it stops working at once',
      params: Id.extend({ hand_off_id: z.string().max(200) }),
      response: { 204: z.null() },
    },
    handler: (request, reply) =>
      ask.inAccount(request, async ({ accountId }) => {
        const { id: storeId, hand_off_id: id } = request.params;
        await revokeHandOff(shop, { accountId, storeId, id });
        return reply.code(204).send(null);
      }),
  });
};

type Making = { storeId: string; wanted: NewHandOff; remember: Remember };

async function make({ shop, people }: Web, asker: Asker, { storeId, wanted, remember }: Making): Promise<Kept> {
  const { accountId, personId, signedIn } = asker;
  const account = signedIn?.account.name ?? (await accountName(people, accountId));
  const { name, site } = await readStore(shop, { accountId, id: storeId });
  const kept = ({ handOff, token }: Made): Kept => ({
    hand_off: handOff,
    sealed_token: sealToken(shop, { accountId, id: handOff.id }, token),
    store: { name, site },
    account_name: account,
  });
  const made = await makeHandOff(shop, {
    accountId,
    storeId,
    language: wanted?.language,
    expiresIn: wanted?.expires_in,
    recipient: wanted?.name,
    sender: signedIn?.name ?? null,
    accountName: account,
    remember: (tx, one) => remember.answer(tx, { status: 201, body: kept(one) }),
  });
  await noteMaker(people, { what: 'hand_off', accountId, id: made.handOff.id, personId });
  return kept(made);
}

/** The answer with its address: written anew each time, so that it lies nowhere. */
function told({ shop, settings }: Web, accountId: string, kept: Kept): MadeHandOff {
  const { hand_off: handOff, store } = kept;
  const url = `${settings.publicUrl}/hand-off/${tokenOf({ shop, accountId, kept })}`;
  const message = handOffMessage({
    language: handOff.language,
    recipient: handOff.name,
    sender: handOff.made_by,
    accountName: kept.account_name,
    storeName: store.name,
    site: store.site,
    checkCode: handOff.check_code,
    expiresAt: Date.parse(handOff.expires_at),
    url,
  });
  // Dark on white, whatever scheme it is shown in, with the quiet zone of four modules that scanners need.
  return { ...handOff, url, qr_svg: renderSVG(url, { border: 4, ecc: 'M' }), message };
}

function tokenOf({ shop, accountId, kept }: { shop: Web['shop']; accountId: string; kept: Kept }): string {
  try {
    return openToken(shop, { accountId, id: kept.hand_off.id }, kept.sealed_token);
  } catch (cause) {
    throw new Fault('idempotency-conflict', {
      detail:
        'The link of the first request cannot be told again, because the key it was kept with is gone. Make a new one.',
      cause,
    });
  }
}
