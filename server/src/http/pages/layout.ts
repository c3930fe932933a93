/** The frame of every server-rendered page: the product's look, no script, readable without style too. */
import { html, type Html, type HtmlValue } from './html.ts';

export type PageContent = {
  title: string;
  /** One or two sentences under the title. */
  lead?: string;
  tag?: string;
  body: HtmlValue;
  /** Seconds after which the page asks again by itself; absent: never. */
  refreshSeconds?: number;
  /** The address of a second style sheet, for pages with parts of their own. */
  style?: string;
  /** True: search engines may list it. Links and arrivals are for one person. */
  indexed?: true;
};

export function layout(page: PageContent): Html {
  const refresh =
    page.refreshSeconds === undefined ? '' : html`<meta http-equiv="refresh" content="${page.refreshSeconds}" />`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${page.indexed ? '' : html`<meta name="robots" content="noindex" />`} ${refresh}
        <title>${page.title} · Storekeeper</title>
        <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
        <link rel="stylesheet" href="/connect/style.css" />
        ${page.style === undefined ? '' : html`<link rel="stylesheet" href="${page.style}" />`}
      </head>
      <body>
        <header>
          ${MARK}<span>Storekeeper</span>${page.tag === undefined ? '' : html`<span class="tag">${page.tag}</span>`}
        </header>
        <main>
          <h1>${page.title}</h1>
          ${page.lead === undefined ? '' : html`<p class="lead">${page.lead}</p>`} ${page.body}
        </main>
      </body>
    </html>`;
}

const MARK = html`<svg class="mark" viewBox="0 0 20 20" width="22" height="22" aria-hidden="true" focusable="false">
  <rect width="20" height="20" rx="5" />
  <path d="M5 14.5h10M6.5 12V9.5M10 12V5.5M13.5 12V7.5" />
</svg>`;
