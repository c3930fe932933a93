/** `/v1/message_settings`: how the account is told; and what would follow from settings that are not kept yet. */
import { requireManager } from '../../people/members.ts';
import { changeMessages, previewMessages, readMessages } from '../../stores/message-settings.ts';
import { MessageSettingsAnswer, MessageSettingsBody, NextMessages } from '../contract/messages.ts';
import type { Routes } from '../web.ts';

export const addMessageRoutes: Routes = (app, { shop, ask }) => {
  app.route({
    method: 'GET',
    url: '/v1/message_settings',
    schema: { summary: 'How the account is told', response: { 200: MessageSettingsAnswer } },
    handler: (request) => ask.inAccount(request, ({ accountId }) => readMessages(shop, { accountId })),
  });

  app.route({
    method: 'PUT',
    url: '/v1/message_settings',
    schema: {
      summary: 'Change how the account is told',
      body: MessageSettingsBody,
      response: { 200: MessageSettingsAnswer },
    },
    handler: (request) =>
      ask.inAccount(request, ({ accountId, signedIn }) => {
        if (signedIn !== null) requireManager(signedIn);
        return changeMessages(shop, { accountId, body: request.body });
      }),
  });

  app.route({
    method: 'POST',
    url: '/app/message_settings/preview',
    schema: { body: MessageSettingsBody, response: { 200: NextMessages } },
    handler: (request) =>
      ask.asPerson(request, ({ account }) => previewMessages(shop, { accountId: account.id, body: request.body })),
  });
};
