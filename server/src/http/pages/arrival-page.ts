/** Where an arrival from the marketplace ends when it cannot go on by itself: what happened and one way on. */
import { html, type Html } from './html.ts';
import { layout } from './layout.ts';

type Action = { label: string; href: string; post?: true };
export type ArrivalView = { title: string; text: string[]; action: Action | null; refreshSeconds?: number };

export function arrivalPage(view: ArrivalView): string {
  const [lead, ...rest] = view.text;
  return layout({
    title: view.title,
    ...(lead === undefined ? {} : { lead }),
    ...(view.refreshSeconds === undefined ? {} : { refreshSeconds: view.refreshSeconds }),
    body: html`${rest.map((text) => html`<p>${text}</p>`)} ${view.action === null ? '' : button(view.action)}`,
  }).toString();
}

function button({ label, href, post }: Action): Html {
  return post
    ? html`<form method="post" action="${href}"><button class="button">${label}</button></form>`
    : html`<p><a class="button" href="${href}">${label}</a></p>`;
}

/** Between Amazon's *Re-authorize* and its confirmation: the same page for every seller, and nothing happens before the click. */
export function loginPage(fields: Record<string, string>): string {
  return layout({
    title: 'Renew Amazon’s permission',
    lead: 'Amazon sent you here to confirm the permission for your store. Nothing has been changed yet.',
    body: html`<p>Continue, and Amazon asks you to confirm. Then the permission is checked here.</p>
      <form method="post" action="/connect/amazon/login">
        ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
        <button class="button">Continue to Amazon</button>
      </form>`,
  }).toString();
}

/** A consent that came back to a browser without a sign-in and without its link: all is well, nothing to show. */
export function thanksPage(): string {
  return layout({
    title: 'Thank you',
    lead: 'Amazon has passed on your permission. We are checking the store now; you can close this page.',
    body: '',
  }).toString();
}
