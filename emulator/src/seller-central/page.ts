import { marketplaceById } from '../marketplaces.ts';
import type { Region } from '../marketplaces.ts';
import type { Seller } from '../state/amazon.ts';
import type { WireAnswer } from '../wire.ts';
import { html, Markup } from './markup.ts';
import { STYLE, STYLE_HASH } from './style.ts';
import { here, wantedPage } from './visit.ts';
import type { Person, Visit } from './visit.ts';

export const REGION_NAMES: Record<Region, string> = { na: 'North America', eu: 'Europe', fe: 'Far East' };

/** Exactly the bytes of the hash: a line break more and browsers drop the style. */
const STYLE_ELEMENT = new Markup(`<style>${STYLE}</style>`);

type Page = {
  title: string;
  main: Markup;
  person?: Person | undefined;
  status?: number;
  headers?: WireAnswer['headers'];
  /** Addresses outside Seller Central that a form of this page may lead to. */
  leadsTo?: readonly string[];
};

const MENU = [
  ['/settings', 'Settings'],
  ['/user-permissions', 'User Permissions'],
  ['/apps/manage', 'Manage your apps'],
  ['/account-status', 'Account status'],
] as const;

/** A whole page in the frame that says, always and first, that this is not Amazon. */
export function page(visit: Visit, { title, main, person, status = 200, headers, leadsTo = [] }: Page): WireAnswer {
  const body = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>${title} · emulated marketplace</title>
        <link rel="icon" href="data:," />
        ${STYLE_ELEMENT}
      </head>
      <body>
        <aside class="band" aria-label="Notice">
          <span>Emulated marketplace. Not Amazon.</span
          ><span>Runs on this machine for practice, not connected to Amazon.</span>
        </aside>
        ${heading(visit, person)}
        <main>${main}</main>
      </body>
    </html> `;
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy(leadsTo),
      'cache-control': 'no-store',
      // `no-referrer` would send `Origin: null` with the pages' own forms, and they are checked by it.
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
    body: body.toString(),
  };
}

/** Browsers apply `form-action` to the redirects behind a form as well, so the app's own origins are named. */
function policy(leadsTo: readonly string[]): string {
  const origins = leadsTo.map((address) => new URL(address).origin).filter((origin) => origin !== 'null');
  const forms = ["'self'", ...new Set(origins)].join(' ');
  return `default-src 'none'; style-src ${STYLE_HASH}; img-src data:; form-action ${forms}; base-uri 'none'; frame-ancestors 'none'`;
}

function heading(visit: Visit, person: Person | undefined): Markup {
  if (!person)
    return html`<header>
      <div class="top"><b>Practice Seller Central</b>${regionOf(visit)}</div>
    </header>`;
  const { seller, user, session } = person;
  const site = marketplaceById(session.marketplaceId ?? '');
  const place = site ? `${REGION_NAMES[seller.region]}, ${domainOf(site.id)}` : REGION_NAMES[seller.region];
  const role = user.primary ? 'primary user' : 'secondary user';
  const back = new URLSearchParams({ return_to: visit.request.method === 'GET' ? wantedPage(visit) : '/apps/manage' });
  const menu = MENU.map(
    ([path, name]) =>
      html`<a href="${here(visit, path)}" ${path === visit.request.path && html` aria-current="page"`}>${name}</a>`,
  );
  return html`<header>
    <div class="top">
      <b>Practice Seller Central</b>
      <div class="who s">
        <span>${seller.storeName} · ${place} · signed in as ${user.email}, ${role}</span
        ><a href="${here(visit, `/account-switcher?${back.toString()}`)}">Change account or site</a>
        <form method="post" action="${here(visit, '/sign-out')}">
          ${hidden({ csrf: session.csrf })}<button class="plain">Sign out</button>
        </form>
      </div>
    </div>
    <nav aria-label="Sections">${menu}</nav>
  </header>`;
}

const regionOf = ({ region, host }: Visit): Markup | undefined =>
  region && html`<span class="s">${REGION_NAMES[region]} · ${host}</span>`;

/** Hidden fields of a form; those without a value are left out. */
export function hidden(fields: Record<string, string | null | undefined>): Markup[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    value ? [html`<input type="hidden" name="${name}" value="${value}" />`] : [],
  );
}

/** `label` is the column's heading. */
export type Cell = { label: string; text: string | Markup; mono?: boolean };

/**
 * A table whose rows become cards on a phone. The roles are said because `display: block` takes them away; the first
 * heading names the row there, the others stand before their value.
 */
export function table(rows: readonly (readonly Cell[])[]): Markup {
  const headings = (rows[0] ?? []).map(({ label }) => html`<th role="columnheader" scope="col">${label}</th>`);
  const cells = (row: readonly Cell[]) =>
    row.map(
      ({ label, text, mono }) =>
        html`<td role="cell" ${mono && html` class="m"`}${label !== 'Action' && html` data-l="${label}"`}>
          <div>${text}</div>
        </td>`,
    );
  const body = rows.map(
    (row) =>
      html`<tr role="row">
        ${cells(row)}
      </tr>`,
  );
  return html`<table role="table">
    <thead role="rowgroup">
      <tr role="row">
        ${headings}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${body}
    </tbody>
  </table>`;
}

/** A shop's domain as people say it ("amazon.de"). */
export function domainOf(marketplaceId: string): string {
  return (marketplaceById(marketplaceId)?.domain ?? marketplaceId).replace(/^www\./, '');
}

export function sitesInWords(seller: Seller): string {
  return seller.sites.map((site) => domainOf(site.marketplaceId)).join(', ') || 'no site yet';
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** "19 Nov 2026", in UTC as the emulator's clock. */
export function shortDate(instant: number): string {
  const date = new Date(instant);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]?.slice(0, 3)} ${date.getUTCFullYear()}`;
}

/** "19 November 2026". */
export function longDate(instant: number): string {
  const date = new Date(instant);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}
