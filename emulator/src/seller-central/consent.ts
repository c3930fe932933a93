import type { App } from '../state/amazon.ts';
import { expiresAt, findGrant } from '../state/amazon.ts';
import { checkConsentAddress, mwsSide } from '../state/consent.ts';
import { authorize } from '../state/grants.ts';
import { authorizeMws } from '../state/mwsGrants.ts';
import type { WireAnswer } from '../wire.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';
import { hidden, longDate, page, REGION_NAMES, shortDate, sitesInWords } from './page.ts';
import { consenterRefusal, refusalPage } from './refusal.ts';
import { goTo, here, withParameters } from './visit.ts';
import type { Person, Visit } from './visit.ts';

const ROLE_NAMES = new Map([
  ['finance', 'Finance and Accounting: payouts, balances, transactions'],
  ['insights', 'Selling Partner Insights: account and site status'],
]);

/** One consent to be given: the same page serves the app's own address, *Enable* and *Re-authorize*. */
export type Consent = {
  app: App;
  /** Path the form posts to. */
  path: string;
  title: string;
  /** Fields that travel with the form. */
  carried: Record<string, string | null | undefined>;
  /** Addresses that *Confirm* or *Cancel* leads to. */
  leadsTo: readonly string[];
};

/** `GET` and `POST /apps/authorize/consent`: the website workflow (SP-API documentation). */
export function websiteConsent(visit: Visit, person: Person): WireAnswer {
  const { amazon, fields } = visit;
  const address = {
    applicationId: fields.get('application_id'),
    redirectUri: fields.get('redirect_uri'),
    version: fields.get('version'),
  };
  const checked = checkConsentAddress(amazon, address);
  if ('error' in checked) return refusalPage(visit, { code: checked.error, person });
  const { app, redirectUri } = checked;
  const refused = consenterRefusal(visit, person, app);
  if (refused) return refusalPage(visit, { code: refused, person });

  const state = fields.get('state');
  if (isCancelled(visit)) return goTo(withParameters(redirectUri, { error: 'access_denied', state }));
  if (!isConfirmed(visit)) {
    return consentPage(visit, person, {
      app,
      path: '/apps/authorize/consent',
      title: `Authorize ${app.name}`,
      carried: {
        application_id: app.applicationId,
        redirect_uri: address.redirectUri,
        state,
        version: address.version,
      },
      leadsTo: app.redirectUris,
    });
  }
  return sendCode(visit, { person, app, redirectUri, state });
}

export type Sending = { person: Pick<Person, 'seller'>; app: App; redirectUri: string; state: string | null };

/** The grant begins and the browser takes the code to the app; to a hybrid one the MWS token as well. */
export function sendCode(visit: Visit, { person, app, redirectUri, state }: Sending): WireAnswer {
  const { sellerId } = person.seller;
  const { code, authToken } = giveConsent(visit, { person, app, redirectUri });
  const parameters = { state, mws_auth_token: authToken, selling_partner_id: sellerId, spapi_oauth_code: code };
  return { ...goTo(withParameters(redirectUri, parameters)), seen: { sellerId } };
}

/** Both permissions of a hybrid application, or the one of any other. */
export function giveConsent(
  { amazon, now }: Visit,
  { person: { seller }, app, redirectUri }: Omit<Sending, 'redirectUri' | 'state'> & { redirectUri?: string },
): { code: string; authToken: string | undefined } {
  const { code } = authorize(amazon, { seller, app, redirectUri }, now);
  const developer = mwsSide(amazon, { seller, app });
  return { code: code.code, authToken: developer && authorizeMws(amazon, { seller, developer }, now).authToken };
}

export const isPost = ({ request }: Visit): boolean => request.method === 'POST';
export const isCancelled = (visit: Visit): boolean => isPost(visit) && visit.fields.get('action') === 'cancel';
/** Confirming counts only with the terms ticked. */
export const isConfirmed = (visit: Visit): boolean => isPost(visit) && visit.fields.get('terms') === 'agreed';

/** The consent page; after a *Confirm* without the tick it says what is missing. */
export function consentPage(visit: Visit, person: Person, consent: Consent): WireAnswer {
  const { app, title } = consent;
  const { seller, session } = person;
  const unticked = isPost(visit);
  const terms = html`<label class="c"
    ><input
      type="checkbox"
      name="terms"
      value="agreed"
      required${unticked && html` aria-invalid="true" aria-describedby="unticked"`}
    /><span
      >I direct this practice marketplace to give ${app.name} access to the data named above, and I understand that I
      can end it on Manage your apps.</span
    ></label
  >`;
  const main = html`<form class="form" method="post" action="${here(visit, consent.path)}">
    <h1>${title}</h1>
    <p>
      ${app.name} by <b>${app.developerName ?? app.name}</b> asks to use data of the selling account
      <b>${seller.storeName}</b>.
    </p>
    ${alreadyGiven(visit, person, app)}${details(visit, person, app)}
    <h2>Roles requested</h2>
    ${roles(app)}
    <div class="terms">
      ${terms}${unticked && html`<p class="wrong" id="unticked" role="alert">Tick the box to confirm.</p>`}
    </div>
    ${hidden({ csrf: session.csrf, ...consent.carried })}
    <div class="act">
      <button class="k" name="action" value="confirm">Confirm</button
      ><button name="action" value="cancel" formnovalidate>Cancel</button>
    </div>
  </form>`;
  return page(visit, { title, main, person, leadsTo: consent.leadsTo, status: unticked ? 400 : 200 });
}

function details({ amazon, now }: Visit, { seller }: Person, app: App): Markup {
  const developer = mwsSide(amazon, { seller, app });
  const mws =
    developer &&
    html`<dt>Amazon MWS developer</dt>
      <dd>${developer.developerName}, <span class="m">${developer.developerId}</span></dd>`;
  const ends = longDate(expiresAt({ authorizedAt: now }));
  return html`<dl>
    <dt>Application ID</dt>
    <dd class="m">${app.applicationId}</dd>
    ${mws}
    <dt>Seller ID</dt>
    <dd class="m">${seller.sellerId}</dd>
    <dt>Region and sites</dt>
    <dd>${REGION_NAMES[seller.region]}: ${sitesInWords(seller)}</dd>
    <dt>Ends</dt>
    <dd>${ends}, 365 days from today</dd>
  </dl>`;
}

function alreadyGiven({ amazon }: Visit, { seller }: Person, app: App): Markup | undefined {
  const grant = findGrant(amazon, seller.sellerId, app.applicationId);
  if (!grant) return undefined;
  return html`<p class="s">
    You authorized this application on ${shortDate(grant.authorizedAt)}. Confirming starts a new year today.
  </p>`;
}

function roles(app: App): Markup {
  if (app.roles.length === 0) return html`<p class="s">none</p>`;
  return html`<ul>
    ${app.roles.map((role) => html`<li>${ROLE_NAMES.get(role) ?? role}</li>`)}
  </ul>`;
}
