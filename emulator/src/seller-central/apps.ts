import type { Grant } from '../state/amazon.ts';
import { expiresAt, findGrant, grantsOfSeller, isExpired } from '../state/amazon.ts';
import { disable } from '../state/grants.ts';
import type { WireAnswer } from '../wire.ts';
import { consentPage, giveConsent, isCancelled, isConfirmed, sendCode } from './consent.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';
import { hidden, page, shortDate } from './page.ts';
import type { Cell } from './page.ts';
import { consenterRefusal, refusalPage } from './refusal.ts';
import { goTo, here } from './visit.ts';
import type { Person, Visit } from './visit.ts';

const SOON_MS = 30 * 86_400_000;

type Status = 'Active' | 'Expired' | 'Disabled';

function statusOf(grant: Grant, now: number): Status {
  if (!grant.enabled) return 'Disabled';
  return isExpired(grant, now) ? 'Expired' : 'Active';
}

const endsSoon = (grant: Grant, now: number): boolean =>
  statusOf(grant, now) === 'Active' && expiresAt(grant) - now <= SOON_MS;

/** What needs the seller: applications whose year ended, and those whose year ends within thirty days. */
export function appNotices({ amazon, now }: Visit, { seller }: Person): Markup[] {
  const grants = grantsOfSeller(amazon, seller.sellerId);
  const ended = grants.filter((grant) => statusOf(grant, now) === 'Expired').length;
  const lapsed = html`<div class="note">
    <b>${ended === 1 ? '1 authorization has' : `${ended} authorizations have`} expired.</b> The application cannot reach
    your account until you re-authorize it.
  </div>`;
  const soon = grants
    .filter((grant) => endsSoon(grant, now))
    .map((grant) => {
      const name = amazon.apps.get(grant.applicationId)?.name ?? grant.applicationId;
      return html`<div class="note">
        <b>The authorization of ${name} expires on ${shortDate(expiresAt(grant))}.</b> Re-authorize it before that day
        and a new year begins.
      </div>`;
    });
  return [...(ended > 0 ? [lapsed] : []), ...soon];
}

/** The applications of *Manage your apps*. */
export const appRows = (visit: Visit, { seller }: Person): Cell[][] =>
  grantsOfSeller(visit.amazon, seller.sellerId).map((grant) => row(visit, grant));

function row(visit: Visit, grant: Grant): Cell[] {
  const { amazon, now } = visit;
  const name = amazon.apps.get(grant.applicationId)?.name ?? grant.applicationId;
  const status = statusOf(grant, now);
  const ends = status === 'Disabled' ? '–' : shortDate(expiresAt(grant));
  const urgent = status === 'Expired' || endsSoon(grant, now);
  const actions =
    status === 'Disabled'
      ? [action(visit, grant, { verb: 'enable', label: 'Enable', name })]
      : [
          action(visit, grant, { verb: 'reauthorize', label: 'Re-authorize', name, urgent }),
          action(visit, grant, { verb: 'disable', label: 'Disable', name }),
        ];
  return [
    { label: 'App name', text: html`<b>${name}</b>` },
    { label: 'Application ID', text: grant.applicationId, mono: true },
    { label: 'Status', text: status },
    { label: 'Authorization date', text: shortDate(grant.authorizedAt) },
    { label: 'Expiration date', text: ends },
    { label: 'Action', text: html`<div class="act">${actions}</div>` },
  ];
}

type Action = { verb: string; label: string; name: string; urgent?: boolean };

/** A form that only opens the next page: nothing changes before *Confirm* or *OK* there. */
function action(visit: Visit, grant: Grant, { verb, label, name, urgent = false }: Action): Markup {
  return html`<form method="get" action="${here(visit, `/apps/manage/${verb}`)}">${hidden({ application_id: grant.applicationId })}<button${urgent && html` class="k"`} aria-label="${label} ${name}">${label}</button></form>`;
}

/** `GET` and `POST /apps/manage/disable`: *Disable authorization*, then *OK*. The app stays listed. */
export function disableApp(visit: Visit, person: Person): WireAnswer {
  const { amazon, fields } = visit;
  const grant = findGrant(amazon, person.seller.sellerId, fields.get('application_id') ?? '');
  if (!grant) return goTo(here(visit, '/apps/manage'));
  if (!person.user.primary) return refusalPage(visit, { code: 'SPDC8143', person });
  if (visit.request.method === 'POST') {
    disable(amazon, grant);
    return goTo(here(visit, '/apps/manage'));
  }
  const name = amazon.apps.get(grant.applicationId)?.name ?? grant.applicationId;
  const carried = hidden({ csrf: person.session.csrf, application_id: grant.applicationId });
  const main = html`<form class="form" method="post" action="${here(visit, '/apps/manage/disable')}">
    <h1>Disable authorization</h1>
    <p>
      ${name} loses access to the data of <b>${person.seller.storeName}</b> at once. It stays on Manage your apps, where
      you can enable it again.
    </p>
    ${carried}
    <div class="act"><button class="k">OK</button><a class="b" href="${here(visit, '/apps/manage')}">Cancel</a></div>
  </form>`;
  return page(visit, { title: 'Disable authorization', main, person });
}

/**
 * `GET` and `POST /apps/manage/enable`: consent again, then the app's plain redirect URI as for a new seller, without any
 * state (amzn/selling-partner-api-docs 2968). An app without a redirect URI is enabled and the seller stays here.
 */
export function enableApp(visit: Visit, person: Person): WireAnswer {
  const { amazon, fields } = visit;
  const app = amazon.apps.get(fields.get('application_id') ?? '');
  const grant = app && findGrant(amazon, person.seller.sellerId, app.applicationId);
  if (!grant || isCancelled(visit)) return goTo(here(visit, '/apps/manage'));
  const refused = consenterRefusal(visit, person, app);
  if (refused) return refusalPage(visit, { code: refused, person });
  if (!isConfirmed(visit)) {
    return consentPage(visit, person, {
      app,
      path: '/apps/manage/enable',
      title: `Enable ${app.name}`,
      carried: { application_id: app.applicationId },
      leadsTo: app.redirectUris,
    });
  }
  const [redirectUri] = app.redirectUris;
  if (redirectUri !== undefined) return sendCode(visit, { person, app, redirectUri, state: null });
  giveConsent(visit, { person, app });
  return goTo(here(visit, '/apps/manage'));
}
