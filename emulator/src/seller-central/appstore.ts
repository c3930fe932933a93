import { checkConsentAddress, checkMwsSide } from '../state/consent.ts';
import type { WireAnswer } from '../wire.ts';
import { consentPage, isCancelled, isConfirmed, sendCode } from './consent.ts';
import { awaitConfirmation, endAwaited, findAwaited } from './desk.ts';
import { html } from './markup.ts';
import { page } from './page.ts';
import { consenterRefusal, refusalPage } from './refusal.ts';
import { goTo, here, withParameters } from './visit.ts';
import type { Person, Visit } from './visit.ts';

/**
 * The workflow that Amazon starts (Developer Guide, "Marketplace Appstore workflow"; it is also the renewal workflow):
 * consent, then the app's Login URI, then back to Amazon with the app's own state, then the code.
 */

/** The whole workflow has to be finished within ten minutes of emulator time. */
const WORKFLOW_MS = 10 * 60_000;
const CONFIRM_PATH = '/apps/authorize/confirm/';

/** `GET` and `POST /apps/manage/reauthorize`. */
export function reauthorize(visit: Visit, person: Person): WireAnswer {
  const { amazon, fields, now } = visit;
  const app = amazon.apps.get(fields.get('application_id') ?? '');
  if (!app || isCancelled(visit)) return goTo(here(visit, '/apps/manage'));
  if (loginAddress(app.loginUri) === undefined)
    return refusalPage(visit, { code: 'MD9100', person, detail: 'Re-authorizing needs its Login URI.' });
  const refused = consenterRefusal(visit, person, app);
  if (refused) return refusalPage(visit, { code: refused, person });
  if (!isConfirmed(visit)) {
    return consentPage(visit, person, {
      app,
      path: '/apps/manage/reauthorize',
      title: `Re-authorize ${app.name}`,
      carried: { application_id: app.applicationId },
      leadsTo: [],
    });
  }
  const awaited = {
    applicationId: app.applicationId,
    sellerId: person.seller.sellerId,
    email: person.session.email,
    until: now + WORKFLOW_MS,
  };
  const query = new URLSearchParams({ amazon_state: awaitConfirmation(amazon, awaited) });
  return goTo(here(visit, `/apps/authorize/login?${query.toString()}`));
}

/** A Login URI that a browser may be sent to: a link to another scheme could run script on this page. */
function loginAddress(loginUri: string | undefined): string | undefined {
  return loginUri !== undefined && /^https?:\/\//i.test(loginUri) ? loginUri : undefined;
}

/** `GET /apps/authorize/login`: the link to the app's Login URI. A link, because only forms are held to this origin. */
export function showLogin(visit: Visit, person: Person): WireAnswer {
  const { amazon, now } = visit;
  const amazonState = visit.fields.get('amazon_state') ?? '';
  const awaited = findAwaited(amazon, amazonState, now);
  const app = awaited && amazon.apps.get(awaited.applicationId);
  const loginUri = loginAddress(app?.loginUri);
  if (!app || awaited.sellerId !== person.seller.sellerId || loginUri === undefined)
    return goTo(here(visit, '/apps/manage'));
  const address = withParameters(loginUri, {
    // Always the real host: the app checks it against Amazon's and maps it itself when it talks to an emulator.
    amazon_callback_uri: `https://amazon.com${CONFIRM_PATH}${app.applicationId}`,
    amazon_state: amazonState,
    selling_partner_id: person.seller.sellerId,
    version: app.draft ? 'beta' : undefined,
  });
  const main = html`<div class="form">
    <h1>One step left</h1>
    <p>
      You agreed to share the data of <b>${person.seller.storeName}</b> with ${app.name}. The new authorization begins
      when you log in there; until then nothing changes.
    </p>
    <div class="act">
      <a class="b k" href="${address}">Login to ${app.name} now</a
      ><a class="b" href="${here(visit, '/apps/manage')}">Back to Manage your apps</a>
    </div>
  </div>`;
  return page(visit, { title: `Login to ${app.name}`, main, person });
}

export const isConfirmPath = (path: string): boolean => path.startsWith(CONFIRM_PATH);

/**
 * `GET /apps/authorize/confirm/{applicationId}` on amazon.com and on every Seller Central host: the app sends the browser
 * back with `amazon_state` unchanged and a state of its own, and gets its code. Nobody has to be signed in here: the
 * `amazon_state` works once, for one app and one seller.
 */
export function confirm(visit: Visit): WireAnswer {
  const { amazon, fields, now } = visit;
  const applicationId = decodeURIComponentSafely(visit.request.path.slice(CONFIRM_PATH.length));
  const amazonState = fields.get('amazon_state') ?? '';
  const awaited = findAwaited(amazon, amazonState, now);
  const seller = awaited && amazon.sellers.get(awaited.sellerId);
  if (!seller || awaited.applicationId !== applicationId) {
    const detail =
      'Its amazon_state is unknown, was used before, is more than ten minutes old or is for another application.';
    return refusalPage(visit, { code: 'MD5100', detail });
  }
  const checked = checkConsentAddress(amazon, {
    applicationId,
    redirectUri: fields.get('redirect_uri'),
    version: fields.get('version'),
  });
  if ('error' in checked) return refusalPage(visit, { code: checked.error });
  const refused = checkMwsSide(amazon, { seller, app: checked.app });
  if (refused) return refusalPage(visit, { code: refused });
  endAwaited(amazon, amazonState);
  return sendCode(visit, { person: { seller }, ...checked, state: fields.get('state') });
}

function decodeURIComponentSafely(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
