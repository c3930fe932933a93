import type { Seller } from '../state/amazon.ts';
import type { WireAnswer } from '../wire.ts';
import { html } from './markup.ts';
import { expiryNotices } from './manage.ts';
import { domainOf, page, REGION_NAMES, sitesInWords, table } from './page.ts';
import { here } from './visit.ts';
import type { Person, Visit } from './visit.ts';

/** `GET /home`. */
export function home(visit: Visit, person: Person): WireAnswer {
  const main = html`<h1>${person.seller.storeName}</h1>
    <p class="s">Seller Central for ${sitesInWords(person.seller)}.</p>
    ${expiryNotices(visit, person)}
    <p class="act">
      <a class="b" href="${here(visit, '/apps/manage')}">Manage your apps</a
      ><a class="b" href="${here(visit, '/notifications')}">Notifications</a>
    </p>`;
  return page(visit, { title: person.seller.storeName, main, person });
}

/** `GET /settings`: what a seller copies when a store is connected by hand. */
export function settings(visit: Visit, person: Person): WireAnswer {
  const { seller } = person;
  const main = html`<h1>Account information</h1>
    <dl>
      <dt>Store name</dt>
      <dd>${seller.storeName}</dd>
      <dt>Seller ID (merchant token)</dt>
      <dd class="m">${seller.sellerId}</dd>
      <dt>Region and sites</dt>
      <dd>${REGION_NAMES[seller.region]}: ${sitesInWords(seller)}</dd>
      <dt>Selling plan</dt>
      <dd>${seller.plan === 'PROFESSIONAL' ? 'Professional' : 'Individual'}</dd>
    </dl>
    <p><a class="b" href="${here(visit, '/user-permissions')}">User Permissions</a></p>`;
  return page(visit, { title: 'Account information', main, person });
}

/** `GET /user-permissions`. */
export function userPermissions(visit: Visit, person: Person): WireAnswer {
  const rows = person.seller.users.map(({ email, primary }) => [
    { label: 'User', text: email, mono: true },
    {
      label: 'Permission',
      text: primary ? 'Primary user: may authorize developers and applications' : 'Secondary user: may not authorize',
    },
  ]);
  const main = html`<h1>User Permissions</h1>
    ${table(rows)}
    <h2>Third party developer and apps</h2>
    <p>Developers and applications that you allowed to use the data of this selling account.</p>
    <p><a class="b" href="${here(visit, '/apps/manage')}">Visit Manage Your Apps</a></p>`;
  return page(visit, { title: 'User Permissions', main, person });
}

const STATUS_WORDS: Record<Seller['status'], string> = {
  NORMAL: 'Your account is in good standing.',
  AT_RISK: 'Your account is at risk of deactivation.',
  DEACTIVATED:
    'Your account has been deactivated. Its listings are off and payouts are held until you appeal with success.',
  CLOSED: 'This account is closed.',
};

/** `GET /account-status`. */
export function accountStatus(visit: Visit, person: Person): WireAnswer {
  const { seller } = person;
  const rows = seller.sites.map((site) => [
    { label: 'Site', text: domainOf(site.marketplaceId) },
    { label: 'Selling', text: site.participating ? 'Yes' : 'No' },
    { label: 'Listings', text: listings(site) },
  ]);
  const main = html`<h1>Account status</h1>
    <p class="${seller.status === 'NORMAL' ? 's' : 'note'}">${STATUS_WORDS[seller.status]}</p>
    ${rows.length > 0 && table(rows)}`;
  return page(visit, { title: 'Account status', main, person });
}

function listings(site: Seller['sites'][number]): string {
  if (!site.participating) return '–';
  return site.suspendedListings ? 'Inactive (vacation)' : 'Active';
}
