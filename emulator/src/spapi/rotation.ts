import { rotateSecret } from '../state/rotation.ts';
import { text } from '../texts.ts';
import type { AppCall } from './call.ts';
import { spapiError, SpapiProblem } from './errors.ts';

/**
 * `rotateApplicationClientSecret`, Application Management API 2023-11-30: 204, and the new secret comes through the queue
 * of the app's notification preference alone. @throws SpapiProblem 400 for an app that has none.
 */
export function rotateApplicationClientSecret({ amazon, app, moment }: AppCall): undefined {
  if (app.notificationQueueArn === undefined) {
    const message = text(amazon, 'spapi.notEnrolled');
    throw new SpapiProblem(message, spapiError(400, 'InvalidInput', { message }));
  }
  rotateSecret(amazon, app, moment);
}
