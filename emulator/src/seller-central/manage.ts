import type { WireAnswer } from '../wire.ts';
import { appNotices, appRows } from './apps.ts';
import { developerNotices, developerRows, renewedNotice } from './developers.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';
import { REGISTER_PATH } from './newDeveloper.ts';
import { page, table } from './page.ts';
import { here } from './visit.ts';
import type { Person, Visit } from './visit.ts';

/**
 * `GET /apps/manage`: the developers of the MWS years and the applications of today on one page, each in the words of
 * its own time. Developers appear only where the world has any.
 */
export function manageApps(visit: Visit, person: Person): WireAnswer {
  const developers = developerRows(visit, person);
  const apps = appRows(visit, person);
  const both = developers.length > 0 && apps.length > 0;
  const tables = [
    ...(both ? [html`<h2>Developers</h2>`] : []),
    ...(developers.length > 0 ? [table(developers)] : []),
    ...(both ? [html`<h2>Applications</h2>`] : []),
    ...(apps.length > 0 ? [table(apps)] : []),
  ];
  const main = html`${head(visit, apps.length > 0)}${renewedNotice(visit, person)}${expiryNotices(visit, person)}${tables.length > 0 ? tables : nothingYet(visit)}`;
  return page(visit, { title: 'Manage your apps', main, person });
}

/** What needs the seller, whichever kind it is of. */
export const expiryNotices = (visit: Visit, person: Person): Markup[] => [
  ...developerNotices(visit, person),
  ...appNotices(visit, person),
];

const hasDevelopers = ({ amazon }: Visit): boolean => amazon.developers.length > 0;

function head(visit: Visit, hasApps: boolean): Markup {
  const title = html`<h1>Manage your apps</h1>
    <p class="s">${kinds(visit, hasApps)} that you allowed to use the data of this selling account.</p>`;
  if (!hasDevelopers(visit)) return title;
  return html`<div class="head">
    <div>${title}</div>
    <a class="b" href="${here(visit, REGISTER_PATH)}">Authorize new developer</a>
  </div>`;
}

function kinds(visit: Visit, hasApps: boolean): string {
  if (!hasDevelopers(visit)) return 'Applications';
  return hasApps ? 'Developers and applications' : 'Developers';
}

function nothingYet(visit: Visit): Markup {
  const developer =
    hasDevelopers(visit) && html`No developer is authorized. Use Authorize new developer for the first. `;
  return html`<p class="wrong">
    ${developer}No application is authorized. One appears here when you confirm its consent page.
  </p>`;
}
