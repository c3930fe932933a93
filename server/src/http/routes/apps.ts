/** The operator's own apps: their secrets, queues and faults, and the order for a new secret. */
import { operatorText } from '../../outbox/operator-texts.ts';
import { readAppsPage, type OpenIncident } from '../../stores/app-page.ts';
import { rotateSecretNow } from '../../stores/app-rotation.ts';
import { Apps, RotateSecret } from '../contract/app.ts';
import { askOperator } from '../operator.ts';
import type { Routes, Web } from '../web.ts';

export const addAppsRoutes: Routes = (app, web) => {
  app.route({
    method: 'GET',
    url: '/app/operator/apps',
    schema: { response: { 200: Apps } },
    handler: async (request) => {
      await askOperator(web, request);
      return pageOf(web);
    },
  });

  app.route({
    method: 'POST',
    url: '/app/operator/apps/rotate',
    schema: { body: RotateSecret, response: { 200: Apps } },
    handler: async (request) => {
      await askOperator(web, request);
      await rotateSecretNow(web.shop, request.body.application_id);
      return pageOf(web);
    },
  });
};

async function pageOf({ shop }: Web): Promise<Apps> {
  const { apps, machine } = await readAppsPage(shop);
  return {
    apps: apps.map(({ faults, ...app }) => ({ ...app, faults: faults.map(told) })),
    machine: machine.map(told),
  };
}

/** The words are those of the mail. */
function told({ cause, since }: OpenIncident): Apps['machine'][number] {
  const { subject, happened, means, next } = operatorText(cause);
  return { cause, since, subject, happened, means, next };
}
