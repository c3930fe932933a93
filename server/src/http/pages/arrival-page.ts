/** Where an arrival from the marketplace ends when it cannot go on by itself: what happened and one way on. */
import { html, type Html } from './html.ts';
import { layout } from './layout.ts';

type Action = { label: string; href: string; post?: true };
export type ArrivalView = { title: string; text: string[]; action: Action | null };

export function arrivalPage(view: ArrivalView): string {
  const [lead, ...rest] = view.text;
  return layout({
    title: view.title,
    ...(lead === undefined ? {} : { lead }),
    body: html`${rest.map((text) => html`<p>${text}</p>`)} ${view.action === null ? '' : button(view.action)}`,
  }).toString();
}

function button({ label, href, post }: Action): Html {
  return post
    ? html`<form method="post" action="${href}"><button class="button">${label}</button></form>`
    : html`<p><a class="button" href="${href}">${label}</a></p>`;
}

/** A consent that came back to a browser without a sign-in and without its link: all is well, nothing to show. */
export function thanksPage(): string {
  return layout({
    title: 'Thank you',
    lead: 'Amazon has passed on your permission. We are checking the store now; you can close this page.',
    body: '',
  }).toString();
}
