import type { App } from '../state/amazon.ts';
import { checkConsenter, CONSENT_ERRORS } from '../state/consent.ts';
import type { ConsentErrorCode } from '../state/consent.ts';
import type { WireAnswer } from '../wire.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';
import { page } from './page.ts';
import { here } from './visit.ts';
import type { Person, Visit } from './visit.ts';

/** Sellers who may authorize an app that is not listed in the Appstore ("Authorization Limits"); a world may say another. */
const CONSENT_LIMIT = 25;

/** Why this person may not confirm for this app; undefined when they may. */
export function consenterRefusal({ amazon, now }: Visit, person: Person, app: App): ConsentErrorCode | undefined {
  const { seller, user } = person;
  if (!app.eligible) return 'MD9000';
  return checkConsenter(
    amazon,
    { seller, user, app: { ...app, consentLimit: app.consentLimit ?? CONSENT_LIMIT } },
    now,
  );
}

/** Where the signed-in person stands in the way, not the address. */
const PERSONAL: ReadonlySet<ConsentErrorCode> = new Set(['SPDC8143', 'CONSENT_LIMIT_REACHED']);

type Refused = { code: ConsentErrorCode; person?: Person | undefined; detail?: string };

/** An error page of the authorization workflow, by Amazon's own code (SP-API documentation, "Authorization Errors"). */
export function refusalPage(visit: Visit, { code, person, detail }: Refused): WireAnswer {
  const main = html`<div class="form">
    <h1>This authorization cannot continue</h1>
    <p role="alert">${CONSENT_ERRORS[code]}${detail !== undefined && ` ${detail}`}</p>
    <dl>
      <dt>Error code</dt>
      <dd class="m">${code}</dd>
    </dl>
    ${advice(code, visit)}
  </div>`;
  return page(visit, { title: `Error code ${code}`, main, person, status: PERSONAL.has(code) ? 403 : 400 });
}

/** The MWS pages' own refusal of a secondary user, which had no code. */
export function primaryOnly(visit: Visit, person: Person): WireAnswer {
  const main = html`<div class="form">
    <h1>You do not have permission</h1>
    <p role="alert">Only the primary user of the selling account can change the access of a developer.</p>
    ${askThePrimaryUser(visit)}
  </div>`;
  return page(visit, { title: 'You do not have permission', main, person, status: 403 });
}

function advice(code: ConsentErrorCode, visit: Visit) {
  if (code !== 'SPDC8143')
    return html`<p class="s">Nothing was changed. Tell the developer of the application this code.</p>`;
  return askThePrimaryUser(visit);
}

function askThePrimaryUser(visit: Visit): Markup {
  const back = new URLSearchParams({ return_to: visit.request.method === 'GET' ? backTo(visit) : '/apps/manage' });
  return html`<p>Ask the primary user to open the same link, or sign in as the primary user.</p>
    <p><a class="b" href="${here(visit, `/account-switcher?${back.toString()}`)}">Change account</a></p>`;
}

const backTo = ({ request }: Visit): string =>
  request.query.size > 0 ? `${request.path}?${request.query.toString()}` : request.path;
