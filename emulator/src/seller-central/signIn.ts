import { regionOfSellerCentral } from '../marketplaces.ts';
import type { Region } from '../marketplaces.ts';
import { signIn } from '../state/amazon.ts';
import type { Amazon, Seller, SignedIn } from '../state/amazon.ts';
import { MARKETPLACES } from '../marketplaces.ts';
import type { WireAnswer } from '../wire.ts';
import { closeSession, openSession } from './desk.ts';
import type { Session } from './desk.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';
import { domainOf, hidden, page, REGION_NAMES, table } from './page.ts';
import { goTo, here, returnTo, SESSION_COOKIE } from './visit.ts';
import type { Visit } from './visit.ts';

/** Practice accounts named on the sign-in page: a world of thousands stays readable. */
const MOST_NAMED = 40;

/** `GET /ap/signin`. */
export function showSignIn(visit: Visit): WireAnswer {
  return signInPage(visit, undefined);
}

function signInPage(visit: Visit, wrong: string | undefined): WireAnswer {
  const email = wrong === undefined ? '' : (visit.fields.get('email') ?? '');
  const main = html`<form class="form" method="post" action="${here(visit, '/ap/signin')}">
      <h1>Sign in</h1>
      <p>Use the account of your store.</p>
      ${wrong !== undefined && html`<p class="wrong" id="wrong" role="alert">${wrong}</p>`}${hidden({ return_to: returnTo(visit) })}<label
        class="field"
        ><span>Email</span
        ><input
          name="email"
          type="email"
          autocomplete="username"
          required
          value="${email}"
          ${wrong !== undefined && html` aria-invalid="true" aria-describedby="wrong"`} /></label
      ><label class="field"
        ><span>Password</span><input name="password" type="password" autocomplete="current-password" required
      /></label>
      <div class="act"><button class="k">Sign in</button></div>
    </form>
    ${practiceAccounts(visit)}`;
  return page(visit, { title: 'Sign in', main, status: wrong === undefined ? 200 : 401 });
}

/** The passwords are the world file's and guard nothing: whoever runs the emulator can read them there too. */
function practiceAccounts({ amazon, region }: Visit): Markup | undefined {
  const sellers = [...amazon.sellers.values()].filter((one) => one.region === region);
  const users = sellers.flatMap((seller) => seller.users.map((user) => ({ seller, user })));
  if (users.length === 0)
    return html`<details open>
      <summary>No practice account here</summary>
      <p>This world has no user in this region. Sellers of another region sign in at their own host.</p>
    </details>`;
  const rows = users.slice(0, MOST_NAMED).map(({ seller, user }) => [
    { label: 'Store', text: seller.storeName },
    { label: 'Email', text: user.email, mono: true },
    { label: 'Password', text: user.password, mono: true },
    { label: 'User', text: user.primary ? 'primary' : 'secondary' },
  ]);
  const more =
    users.length > MOST_NAMED && html`<p class="s">and ${users.length - MOST_NAMED} more in the world file.</p>`;
  return html`<details>
    <summary>Practice accounts of this marketplace</summary>
    ${table(rows)}${more}
  </details>`;
}

/** `POST /ap/signin`: opens a session and goes on to the page that was wanted. */
export function signInWith(visit: Visit): WireAnswer {
  const { amazon, fields, region } = visit;
  if (!region) return goTo(here(visit, '/ap/signin'));
  const email = fields.get('email') ?? '';
  const accounts = signIn(amazon, region, { email, password: fields.get('password') ?? '' });
  if (accounts.length === 0) {
    const where = REGION_NAMES[region];
    return signInPage(
      visit,
      `No selling account in ${where} has this e-mail and password. Sellers of another region sign in at that region's Seller Central.`,
    );
  }
  const session = openSession(amazon, { host: visit.host, email: email.trim().toLowerCase() });
  useOnlyAccount(session, accounts);
  const cookie = `${SESSION_COOKIE}=${session.id}; Path=${visit.base || '/'}; HttpOnly; SameSite=Lax${secure(visit)}`;
  return goTo(here(visit, returnTo(visit)), { 'set-cookie': cookie });
}

/** Who works for one selling account alone need not pick; the site is the host's own where the store sells there. */
function useOnlyAccount(session: Session, accounts: readonly SignedIn[]): void {
  const [only, another] = accounts;
  if (!only || another) return;
  session.sellerId = only.seller.sellerId;
  session.marketplaceId = siteOfHost(session.host, only.seller);
}

function siteOfHost(host: string, seller: Seller): string | undefined {
  const ofHost = MARKETPLACES.filter((one) => one.sellerCentralHost === host).map((one) => one.id);
  const ids = seller.sites.map((site) => site.marketplaceId);
  return ids.find((id) => ofHost.includes(id)) ?? ids[0];
}

const secure = (visit: Visit): string => (visit.request.door === 'proxy' ? '; Secure' : '');

/** `POST /sign-out`. */
export function signOut(visit: Visit, session: Session): WireAnswer {
  closeSession(visit.amazon, session);
  const query = new URLSearchParams({ return_to: returnTo(visit) });
  const cookie = `${SESSION_COOKIE}=; Path=${visit.base || '/'}; Max-Age=0; HttpOnly; SameSite=Lax${secure(visit)}`;
  return goTo(here(visit, `/ap/signin?${query.toString()}`), { 'set-cookie': cookie });
}

/** The selling accounts a session may work for: those of its region where its e-mail is a user. */
export function accountsOf(amazon: Amazon, session: Session): SignedIn[] {
  const region: Region | undefined = regionOfSellerCentral(session.host);
  return [...amazon.sellers.values()].flatMap((seller) => {
    const user = seller.users.find((one) => one.email.toLowerCase() === session.email);
    return user && seller.region === region ? [{ seller, user }] : [];
  });
}

/** `GET /account-switcher`: the site picker, every store and site that this person may use. */
export function showAccounts(visit: Visit, session: Session): WireAnswer {
  const options = accountsOf(visit.amazon, session).flatMap(({ seller, user }) => {
    const sites = seller.sites.length > 0 ? seller.sites.map((site) => site.marketplaceId) : [''];
    return sites.map((marketplaceId) => option({ seller, user }, session, marketplaceId));
  });
  const fields = hidden({ csrf: session.csrf, return_to: returnTo(visit) });
  const main = html`<form class="form" method="post" action="${here(visit, '/account-switcher')}">
      <h1>Select an account</h1>
      ${fields}
      <fieldset>
        <legend>Store and site</legend>
        ${options}
      </fieldset>
      <div class="act"><button class="k">Select account</button></div>
    </form>
    <form class="act form" method="post" action="${here(visit, '/sign-out')}">
      ${fields}<span>Signed in as ${session.email}.</span><button>Sign in as someone else</button>
    </form>`;
  return page(visit, { title: 'Select an account', main });
}

function option({ seller, user }: SignedIn, session: Session, marketplaceId: string): Markup {
  const chosen = session.sellerId === seller.sellerId && (session.marketplaceId ?? '') === marketplaceId;
  const site = marketplaceId ? domainOf(marketplaceId) : 'no site yet';
  return html`<label class="c"
    ><input
      type="radio"
      name="account"
      required
      value="${`${seller.sellerId} ${marketplaceId}`}"
      ${chosen && html` checked`}
    /><span
      ><b>${seller.storeName}</b>, ${site}<br /><span class="s"
        >${user.primary ? 'Primary user' : 'Secondary user'} · seller ID <span class="m">${seller.sellerId}</span></span
      ></span
    ></label
  >`;
}

/** `POST /account-switcher`. A choice that is not theirs shows the list again. */
export function selectAccount(visit: Visit, session: Session): WireAnswer {
  const [sellerId, marketplaceId] = (visit.fields.get('account') ?? '').split(' ');
  const picked = accountsOf(visit.amazon, session).find(({ seller }) => seller.sellerId === sellerId);
  if (!picked) return showAccounts(visit, session);
  session.sellerId = picked.seller.sellerId;
  session.marketplaceId = picked.seller.sites.find((site) => site.marketplaceId === marketplaceId)?.marketplaceId;
  return goTo(here(visit, returnTo(visit)));
}
