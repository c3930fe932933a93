import { z } from 'zod';

import type { Instant } from '../clock.ts';
import { findGrant, GRANT_LIFETIME_MS } from '../state/amazon.ts';
import type { Amazon, Grant, Seller } from '../state/amazon.ts';
import { grantToEntry } from '../state/fromWorld.ts';
import { disable, dropRole, enable, halfOpen, reauthorize, selfAuthorize } from '../state/grants.ts';
import {
  authorizeMws,
  disableMws,
  enableMws,
  expireMws,
  findDeveloper,
  findMwsGrant,
  renewMws,
} from '../state/mwsGrants.ts';
import type { Developer, MwsGrant } from '../world/schema.ts';
import { badBody, notFound, unknownAction } from './problem.ts';
import { ok, parsed } from './route.ts';
import type { ControlAnswer, ControlRequest, ControlRoute } from './route.ts';

const actSchema = z.strictObject({
  /** `authorize` gives a permission that was not there; `expire` makes its year end now. */
  action: z.string().min(1),
  /** For `drop_role`. */
  role: z.string().min(1).optional(),
  /** For `half_open`: false takes the state away again. */
  on: z.boolean().optional(),
});

type Act = z.infer<typeof actSchema>;

type Deed = { amazon: Amazon; act: Act; now: Instant };

const ACTIONS: Record<string, (deed: Deed, grant: Grant) => string | undefined> = {
  authorize: ({ amazon, now }, grant) => reauthorize(amazon, grant, now).refreshToken,
  disable: ({ amazon }, grant) => void disable(amazon, grant),
  enable: ({ amazon, now }, grant) => enable(amazon, grant, now).refreshToken,
  renew: ({ amazon, now }, grant) => reauthorize(amazon, grant, now).refreshToken,
  reauthorize: ({ amazon, now }, grant) => reauthorize(amazon, grant, now).refreshToken,
  half_open: ({ act }, grant) => void halfOpen(grant, act.on),
  drop_role: ({ act }, grant) => void dropRole(grant, roleOf(act)),
  expire: ({ now }, grant) => {
    grant.authorizedAt = now - GRANT_LIFETIME_MS;
    return undefined;
  },
};

const MWS_ACTIONS: Record<string, (deed: Deed, grant: MwsGrant) => void> = {
  authorize: ({ amazon, now }, grant) => enableMws(amazon, grant, now),
  disable: ({ amazon, now }, grant) => disableMws(amazon, grant, now),
  enable: ({ amazon, now }, grant) => enableMws(amazon, grant, now),
  renew: ({ amazon, now }, grant) => renewMws(amazon, grant, now),
  reauthorize: ({ amazon, now }, grant) => renewMws(amazon, grant, now),
  expire: ({ now }, grant) => expireMws(grant, now),
};

function roleOf(act: Act): string {
  if (act.role === undefined) throw badBody([{ pointer: '/role', detail: 'is required for drop_role' }]);
  return act.role;
}

function handle({ stage, params, body }: ControlRequest): ControlAnswer {
  const { amazon } = stage;
  const { sellerId = '', id = '' } = params;
  const deed: Deed = { amazon, act: parsed(actSchema, body), now: stage.clock.now() };
  const mws = findMwsGrant(amazon, sellerId, id);
  if (mws) return onMws(deed, mws);
  const grant = findGrant(amazon, sellerId, id);
  if (grant) return onGrant(deed, grant);
  if (deed.act.action === 'authorize') return firstConsent(deed, { sellerId, applicationId: id });
  throw notFound(`Seller ${sellerId} has no permission for ${id}`);
}

function onGrant(deed: Deed, grant: Grant): ControlAnswer {
  const run = actionNamed(ACTIONS, deed.act.action);
  const refreshToken = run(deed, grant);
  return ok({ grant: grantToEntry(grant), ...(refreshToken === undefined ? {} : { refreshToken }) });
}

function onMws(deed: Deed, grant: MwsGrant): ControlAnswer {
  actionNamed(MWS_ACTIONS, deed.act.action)(deed, grant);
  return mwsAnswer(grant);
}

/** The token only where it is one: after *Disable* there is none that the seller could hand on. */
const mwsAnswer = (grant: MwsGrant): ControlAnswer =>
  ok({ grant, ...(grant.enabled ? { authToken: grant.authToken } : {}) });

function firstConsent({ amazon, now }: Deed, party: { sellerId: string; applicationId: string }): ControlAnswer {
  const seller = amazon.sellers.get(party.sellerId);
  const developer = findDeveloper(amazon, party.applicationId);
  if (seller && developer) return mwsAnswer(firstOfDeveloper(amazon, { seller, developer }, now));
  const app = amazon.apps.get(party.applicationId);
  if (!seller) throw notFound(`There is no seller ${party.sellerId}`);
  if (!app) throw notFound(`There is no app ${party.applicationId}`);
  const { grant, refreshToken } = selfAuthorize(amazon, { seller, app }, now);
  return ok({ grant: grantToEntry(grant), refreshToken });
}

function firstOfDeveloper(
  amazon: Amazon,
  { seller, developer }: { seller: Seller; developer: Developer },
  now: Instant,
): MwsGrant {
  if (developer.region === seller.region) return authorizeMws(amazon, { seller, developer }, now);
  throw badBody(
    `${developer.developerId} is a developer of region ${developer.region}, the seller of ${seller.region}`,
  );
}

function actionNamed<Action>(actions: Record<string, Action>, name: string): Action {
  const found = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (found === undefined)
    throw unknownAction(`${name} is no action here; there are ${Object.keys(actions).join(', ')}`);
  return found;
}

export const GRANT_ROUTES: readonly ControlRoute[] = [
  {
    method: 'POST',
    path: '/grants/{sellerId}/{id}',
    id: 'actOnGrant',
    summary:
      'What the seller could do in Seller Central, by application id or developer id: disable, enable, renew, reauthorize, half_open, drop_role; also authorize and expire',
    body: actSchema,
    handle,
  },
];
