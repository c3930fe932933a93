import { mwsExpiresAt, mwsStanding } from '../state/mwsGrants.ts';
import type { WireAnswer } from '../wire.ts';
import type { Developer, MwsGrant } from '../world/schema.ts';
import { isPost } from './consent.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';
import { domainOf, hidden, longDate, page, REGION_NAMES, sitesInWords } from './page.ts';
import { here } from './visit.ts';
import type { Person, Visit } from './visit.ts';

/** What an authorized developer could reach, in the words of Amazon's own help on permissions. */
const ACCESS = 'product listing, order management, shipping, pricing, performance and financial information';

/** Where a developer's terms are accepted: the wizard's second step, and *Enable*. */
export type Terms = {
  developer: Developer;
  title: string;
  /** Path the form posts to. */
  path: string;
  /** Fields that travel with the form. */
  carried: Record<string, string>;
};

/** The developer's details and the agreement; after a *Next* without the tick it says what is missing. */
export function termsPage(visit: Visit, person: Person, { developer, title, path, carried }: Terms): WireAnswer {
  const { developerName: name, developerId } = developer;
  const { seller, session } = person;
  const unticked = isPost(visit) && visit.fields.get('action') === 'accept';
  const main = html`<form class="form" method="post" action="${here(visit, path)}">
    <h1>${title}</h1>
    <p>Confirm that this is the developer you want to give access to <b>${seller.storeName}</b>.</p>
    <dl>
      <dt>Developer name</dt>
      <dd>${name}</dd>
      <dt>Developer ID</dt>
      <dd class="m">${developerId}</dd>
      <dt>Region and sites</dt>
      <dd>${REGION_NAMES[seller.region]}: ${sitesInWords(seller)}</dd>
      <dt>Access to</dt>
      <dd>${ACCESS}</dd>
      <dt>Expires</dt>
      <dd>${longDate(mwsExpiresAt({ authorizedAt: new Date(visit.now).toISOString() }))}, one year from today</dd>
    </dl>
    <div class="terms">${tick(name, unticked)}</div>
    ${hidden({ csrf: session.csrf, ...carried })}
    <div class="act">
      <button class="k" name="action" value="accept">Next</button
      ><button name="action" value="cancel" formnovalidate>Cancel</button>
    </div>
  </form>`;
  return page(visit, { title, main, person, status: unticked ? 400 : 200 });
}

function tick(name: string, unticked: boolean): Markup {
  return html`<label class="c"
      ><input
        type="checkbox"
        name="terms"
        value="agreed"
        required${unticked && html` aria-invalid="true" aria-describedby="unticked"`}
      /><span
        >I direct this practice marketplace to give ${name} access to my selling account as described above, I accept
        the terms, and I understand that I can end the access on Manage your apps.</span
      ></label
    >${unticked && html`<p class="wrong" id="unticked" role="alert">Tick the box to go on.</p>`}`;
}

/** The last page: what the seller copies and gives to the developer. */
export function identifiers(
  visit: Visit,
  person: Person,
  { developer, grant }: { developer: Developer; grant: MwsGrant },
): WireAnswer {
  const { seller } = person;
  const title = `${developer.developerName} can access your account`;
  const returning =
    mwsStanding(grant, visit.now) === 'reactivating' &&
    html`<p class="done" role="status">The access is being reactivated. This may take some time.</p>`;
  const sites = seller.sites.map(
    ({ marketplaceId }) => html`<li><span class="m">${marketplaceId}</span> ${domainOf(marketplaceId)}</li>`,
  );
  const main = html`<div class="form">
    <h1>${title}</h1>
    <p>Copy these seller identifiers and give them to the developer.</p>
    ${returning}
    <dl>
      <dt>Seller ID</dt>
      <dd class="m">${seller.sellerId}</dd>
      <dt>MWS Auth Token</dt>
      <dd class="m">${grant.authToken}</dd>
      <dt>Marketplace IDs</dt>
      <dd>
        ${
          sites.length > 0
            ? html`<ul class="bare">
                ${sites}
              </ul>`
            : 'no site yet'
        }
      </dd>
      <dt>Expiration date</dt>
      <dd>${longDate(mwsExpiresAt(grant))}</dd>
    </dl>
    <div class="act"><a class="b k" href="${here(visit, '/apps/manage')}">Manage your apps</a></div>
  </div>`;
  return page(visit, { title, main, person });
}
