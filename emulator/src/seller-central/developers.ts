import type { Instant } from '../clock.ts';
import {
  disableMws,
  enableMws,
  findDeveloper,
  findMwsGrant,
  mwsExpiresAt,
  mwsGrantsOfSeller,
  mwsStanding,
  renewMws,
} from '../state/mwsGrants.ts';
import type { WireAnswer } from '../wire.ts';
import type { Developer, MwsGrant } from '../world/schema.ts';
import { isCancelled, isConfirmed, isPost } from './consent.ts';
import { identifiers, termsPage } from './developerTerms.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';
import { hidden, page, shortDate } from './page.ts';
import type { Cell } from './page.ts';
import { primaryOnly, refusalPage } from './refusal.ts';
import { goTo, here } from './visit.ts';
import type { Person, Visit } from './visit.ts';

const SOON_MS = 30 * 86_400_000;
const PATH = '/apps/manage/developers';

/** One line of *Manage your apps*. */
type Listed = { grant: MwsGrant; developer: Developer; status: 'Active' | 'Expired' | 'Disabled'; soon: boolean };

function listed({ amazon, now }: Visit, { seller }: Person): Listed[] {
  return mwsGrantsOfSeller(amazon, seller.sellerId).flatMap((grant) => {
    const developer = findDeveloper(amazon, grant.developerId);
    return developer ? [{ grant, developer, status: statusOf(grant, developer, now), soon: endsSoon(grant, now) }] : [];
  });
}

/** A permission that comes back only after a delay is shown as Active at once, as sellers saw it. */
function statusOf(grant: MwsGrant, developer: Developer, now: Instant): Listed['status'] {
  const standing = mwsStanding(grant, now);
  if (standing === 'disabled') return 'Disabled';
  if (standing !== 'expired') return 'Active';
  return developer.disabledWhenExpired ? 'Disabled' : 'Expired';
}

const endsSoon = (grant: MwsGrant, now: Instant): boolean =>
  grant.enabled && now < mwsExpiresAt(grant) && mwsExpiresAt(grant) - now <= SOON_MS;

/** The developers of *Manage your apps*. */
export function developerRows(visit: Visit, person: Person): Cell[][] {
  return listed(visit, person).map((one) => {
    const { grant, developer, status } = one;
    return [
      { label: 'Developer name', text: html`<b>${developer.developerName}</b>` },
      { label: 'Developer ID', text: developer.developerId, mono: true },
      { label: 'Status', text: status },
      { label: 'Authorization date', text: shortDate(Date.parse(grant.authorizedAt)) },
      { label: 'Expiration date', text: grant.enabled ? shortDate(mwsExpiresAt(grant)) : '–' },
      { label: 'Action', text: html`<div class="act">${actions(visit, person, one)}</div>` },
    ];
  });
}

function actions(visit: Visit, { session }: Person, { developer, status, soon }: Listed): Markup[] {
  const { developerId: developer_id, developerName: name } = developer;
  const opening = (verb: string, label: string): Markup =>
    html`<form method="get" action="${here(visit, `${PATH}/${verb}`)}">
      ${hidden({ developer_id })}<button aria-label="${label} ${name}">${label}</button>
    </form>`;
  if (status === 'Disabled') return [opening('enable', 'Enable')];
  const urgent = status === 'Expired' || soon;
  const renew = html`<form method="post" action="${here(visit, `${PATH}/renew`)}">${hidden({ csrf: session.csrf, developer_id })}<button${urgent && html` class="k"`} aria-label="Renew ${name}">Renew</button></form>`;
  return [renew, opening('disable', 'Disable')];
}

/** Developers whose year ended, whose year ends within thirty days, and whose access is on its way back. */
export function developerNotices(visit: Visit, person: Person): Markup[] {
  const all = listed(visit, person);
  const ended = all.filter(({ grant }) => mwsStanding(grant, visit.now) === 'expired');
  const soon = all
    .filter((one) => one.soon)
    .map(
      ({ grant, developer }) =>
        html`<div class="note">
          <b>The authorization of ${developer.developerName} expires on ${shortDate(mwsExpiresAt(grant))}.</b> Renew it
          before that day and a new year begins. The existing token stays.
        </div>`,
    );
  const returning = all
    .filter(({ grant }) => mwsStanding(grant, visit.now) === 'reactivating')
    .map(
      ({ developer }) =>
        html`<div class="done" role="status">
          The access of ${developer.developerName} is being reactivated. This may take some time.
        </div>`,
    );
  return [...(ended.length > 0 ? [lapsed(ended)] : []), ...soon, ...returning];
}

function lapsed(ended: readonly Listed[]): Markup {
  const one = ended.length === 1;
  const verb = ended.some(({ status }) => status === 'Disabled') ? 'enable' : 'renew';
  return html`<div class="note">
    <b>${one ? '1 authorization has' : `${ended.length} authorizations have`} expired.</b>
    ${one ? 'The developer' : 'The developers'} cannot reach your account until you ${verb} ${one ? 'it' : 'them'}. The
    existing ${one ? 'token' : 'tokens'} will work again.
  </div>`;
}

/** What *Renew* led to, above the table. */
export function renewedNotice({ amazon, fields, now }: Visit, { seller }: Person): Markup | undefined {
  const grant = findMwsGrant(amazon, seller.sellerId, fields.get('renewed') ?? '');
  const developer = grant && findDeveloper(amazon, grant.developerId);
  if (!developer || !grant.enabled || mwsExpiresAt(grant) <= now) return undefined;
  return html`<div class="done" role="status">
    <b>You renewed ${developer.developerName}.</b> Its authorization expires on ${shortDate(mwsExpiresAt(grant))}, one
    year from today.
  </div>`;
}

/** The developer a form names, where this seller lists it. */
function named({ amazon, fields }: Visit, { seller }: Person): { grant: MwsGrant; developer: Developer } | undefined {
  const grant = findMwsGrant(amazon, seller.sellerId, fields.get('developer_id') ?? '');
  const developer = grant && findDeveloper(amazon, grant.developerId);
  return developer && { grant, developer };
}

const backToManage = (visit: Visit): WireAnswer => goTo(here(visit, '/apps/manage'));

/** `POST /apps/manage/developers/renew`: done at once, at any time; a disabled developer is not renewed but enabled. */
export function renewDeveloper(visit: Visit, person: Person): WireAnswer {
  const found = named(visit, person);
  if (!found?.grant.enabled || !isPost(visit)) return backToManage(visit);
  if (!person.user.primary) return primaryOnly(visit, person);
  renewMws(visit.amazon, found.grant, visit.now);
  const query = new URLSearchParams({ renewed: found.developer.developerId });
  return goTo(here(visit, `/apps/manage?${query.toString()}`));
}

/** `GET` and `POST /apps/manage/developers/disable`: asked first, then *OK*. The developer stays listed. */
export function disableDeveloper(visit: Visit, person: Person): WireAnswer {
  const found = named(visit, person);
  if (!found) return backToManage(visit);
  if (!person.user.primary) return primaryOnly(visit, person);
  const { grant, developer } = found;
  if (isPost(visit)) {
    disableMws(visit.amazon, grant, visit.now);
    return backToManage(visit);
  }
  const main = html`<form class="form" method="post" action="${here(visit, `${PATH}/disable`)}">
    <h1>Disable ${developer.developerName}</h1>
    <p>
      ${developer.developerName} loses access to the data of <b>${person.seller.storeName}</b> at once, and its MWS Auth
      Token stops working. It stays on Manage your apps, where you can enable it again.
    </p>
    ${hidden({ csrf: person.session.csrf, developer_id: developer.developerId })}
    <div class="act"><button class="k">OK</button><a class="b" href="${here(visit, '/apps/manage')}">Cancel</a></div>
  </form>`;
  return page(visit, { title: `Disable ${developer.developerName}`, main, person });
}

/** `GET` and `POST /apps/manage/developers/enable`: confirm the details, accept the terms, read the identifiers. */
export function enableDeveloper(visit: Visit, person: Person): WireAnswer {
  const found = named(visit, person);
  if (!found || isCancelled(visit)) return backToManage(visit);
  if (!person.user.primary) return primaryOnly(visit, person);
  const { grant, developer } = found;
  if (!developer.eligible) return refusalPage(visit, { code: 'MD9000', person });
  if (!isConfirmed(visit)) {
    const carried = { developer_id: developer.developerId };
    return termsPage(visit, person, {
      developer,
      title: `Enable ${developer.developerName}`,
      path: `${PATH}/enable`,
      carried,
    });
  }
  enableMws(visit.amazon, grant, visit.now);
  return identifiers(visit, person, { developer, grant });
}
