import { regionOfSellerCentral } from '../marketplaces.ts';
import type { About, Part, Stage } from '../stage.ts';
import type { WireAnswer, WireRequest } from '../wire.ts';
import { accountStatus, home, settings, userPermissions } from './account.ts';
import { disableApp, enableApp } from './apps.ts';
import { confirm, isConfirmPath, reauthorize, showLogin } from './appstore.ts';
import { websiteConsent } from './consent.ts';
import { findSession } from './desk.ts';
import type { Session } from './desk.ts';
import { disableDeveloper, enableDeveloper, renewDeveloper } from './developers.ts';
import { manageApps } from './manage.ts';
import { html } from './markup.ts';
import { authorizeDeveloper, REGISTER_PATH } from './newDeveloper.ts';
import { notifications } from './notifications.ts';
import { page } from './page.ts';
import { accountsOf, selectAccount, showAccounts, showSignIn, signInWith, signOut } from './signIn.ts';
import { goTo, here, SESSION_COOKIE, wantedPage } from './visit.ts';
import type { Person, Visit } from './visit.ts';

/** Pages that anybody may open. */
const PUBLIC: Record<string, (visit: Visit) => WireAnswer> = {
  'GET /ap/signin': showSignIn,
  'POST /ap/signin': signInWith,
};

/** Pages for whoever signed in, before they have chosen a selling account. */
const SIGNED_IN: Record<string, SessionPage> = {
  'GET /account-switcher': showAccounts,
  'POST /account-switcher': selectAccount,
  'POST /sign-out': signOut,
};

/** Pages of a selling account. */
const OF_ACCOUNT: Record<string, (visit: Visit, person: Person) => WireAnswer> = {
  'GET /': home,
  'GET /home': home,
  'GET /settings': settings,
  'GET /user-permissions': userPermissions,
  'GET /account-status': accountStatus,
  'GET /notifications': notifications,
  'GET /apps/manage': manageApps,
  'GET /apps/manage/developers/renew': renewDeveloper,
  'POST /apps/manage/developers/renew': renewDeveloper,
  'GET /apps/manage/developers/disable': disableDeveloper,
  'POST /apps/manage/developers/disable': disableDeveloper,
  'GET /apps/manage/developers/enable': enableDeveloper,
  'POST /apps/manage/developers/enable': enableDeveloper,
  [`GET ${REGISTER_PATH}`]: authorizeDeveloper,
  [`POST ${REGISTER_PATH}`]: authorizeDeveloper,
  'GET /apps/manage/disable': disableApp,
  'POST /apps/manage/disable': disableApp,
  'GET /apps/manage/enable': enableApp,
  'POST /apps/manage/enable': enableApp,
  'GET /apps/manage/reauthorize': reauthorize,
  'POST /apps/manage/reauthorize': reauthorize,
  'GET /apps/authorize/login': showLogin,
  'GET /apps/authorize/consent': websiteConsent,
  'POST /apps/authorize/consent': websiteConsent,
};

/** Seller Central of every region, and the one address of amazon.com that authorizations need. */
export const sellerCentral: Part = {
  about,
  answer(stage, request, injected) {
    const visit = visitOf(stage, request);
    const answer = injected() ?? route(visit);
    return { ...answer, seen: { ...about(stage, request), ...answer.seen } };
  },
};

function about({ amazon }: Stage, request: WireRequest): About {
  const operation = isConfirmPath(request.path) ? 'confirm' : (OPERATIONS[request.path] ?? 'page');
  const session = sessionOf(amazon, request);
  return { operation, sellerId: session?.sellerId };
}

/** What faults and the request log call these pages. */
const OPERATIONS: Record<string, string> = {
  '/ap/signin': 'sign_in',
  '/apps/authorize/consent': 'consent',
  '/apps/manage': 'manage_apps',
  [REGISTER_PATH]: 'authorize_developer',
  '/apps/manage/developers/renew': 'renew_developer',
  '/apps/manage/developers/disable': 'disable_developer',
  '/apps/manage/developers/enable': 'enable_developer',
  '/apps/manage/disable': 'disable',
  '/apps/manage/enable': 'enable',
  '/apps/manage/reauthorize': 'reauthorize',
};

function visitOf({ amazon, clock }: Stage, request: WireRequest): Visit {
  return {
    amazon,
    now: clock.now(),
    host: request.host,
    region: regionOfSellerCentral(request.host),
    fields: request.method === 'POST' ? new URLSearchParams(request.body.toString('utf8')) : request.query,
    request,
    base: request.door === 'proxy' ? '' : `/${request.host}`,
    session: sessionOf(amazon, request),
  };
}

function sessionOf(amazon: Stage['amazon'], { headers, host }: WireRequest): Session | undefined {
  const cookies = (headers.cookie ?? '').split(';').map((one) => one.trim().split('='));
  const id = cookies.find(([name]) => name === SESSION_COOKIE)?.[1];
  return id === undefined ? undefined : findSession(amazon, id, host);
}

function route(visit: Visit): WireAnswer {
  const { method, path } = visit.request;
  const key = `${method === 'HEAD' ? 'GET' : method} ${path}`;
  if (isConfirmPath(path) && key.startsWith('GET ')) return confirm(visit);
  if (!visit.region) return notFound(visit);
  const open = PUBLIC[key];
  if (open) return isForged(visit) ? forged(visit) : open(visit);
  return behindSignIn(visit, SIGNED_IN[key] ?? ofAccount(OF_ACCOUNT[key]));
}

type SessionPage = (visit: Visit, session: Session) => WireAnswer;

function behindSignIn(visit: Visit, shown: SessionPage | undefined): WireAnswer {
  const { request, session, fields } = visit;
  if (!shown) return notFound(visit);
  if (!session) return toSignIn(visit);
  const carriesToken = request.method !== 'POST' || fields.get('csrf') === session.csrf;
  return isForged(visit) || !carriesToken ? forged(visit) : shown(visit, session);
}

/** A page of a selling account; whoever works for several and chose none goes to the site picker first. */
function ofAccount(shown: ((visit: Visit, person: Person) => WireAnswer) | undefined): SessionPage | undefined {
  if (!shown) return undefined;
  return (visit, session) => {
    const person = personOf(visit, session);
    return person ? shown(visit, person) : goTo(here(visit, `/account-switcher?${wanted(visit)}`));
  };
}

const wanted = (visit: Visit): string => new URLSearchParams({ return_to: wantedPage(visit) }).toString();
const toSignIn = (visit: Visit): WireAnswer => goTo(here(visit, `/ap/signin?${wanted(visit)}`));

function personOf({ amazon }: Visit, session: Session): Person | undefined {
  const account = accountsOf(amazon, session).find(({ seller }) => seller.sellerId === session.sellerId);
  return account && { ...account, session };
}

/** A form that another site posts says so in `Origin`; programs that send none are no browser somebody is signed in with. */
function isForged({ request }: Visit): boolean {
  const { origin, host } = request.headers;
  if (request.method !== 'POST' || origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== (request.door === 'proxy' ? request.host : host);
}

function forged(visit: Visit): WireAnswer {
  const main = html`<h1>This form cannot be accepted</h1>
    <p>
      It was sent by another site, or belongs to an earlier sign-in. Nothing was changed. Open the page again and repeat
      the step.
    </p>
    <p><a class="b" href="${here(visit, '/apps/manage')}">Manage your apps</a></p>`;
  return page(visit, { title: 'Form not accepted', main, status: 403 });
}

function notFound(visit: Visit): WireAnswer {
  const link = visit.region && html`<p><a class="b" href="${here(visit, '/home')}">Home</a></p>`;
  const main = html`<h1>There is no such page here</h1>
    <p>The practice marketplace has only the pages that authorizing an application needs.</p>
    ${link}`;
  return page(visit, { title: 'No such page', main, status: 404 });
}
