/** The frame of every server-rendered page: the product's look, no script, readable without style too. */
import { html, type Html, type HtmlValue } from './html.ts';

export type PageContent = {
  title: string;
  /** One or two sentences under the title. */
  lead?: string;
  tag?: string;
  body: HtmlValue;
  /** A picture above the title. */
  above?: Html;
  /** Seconds after which the page asks again by itself; absent: never. With a `script` that is the script's work, where it runs. */
  refreshSeconds?: number;
  /** The language of the page; absent: English. */
  lang?: string;
  /** Paths of a style beside the common one, and of a script. */
  style?: string;
  script?: string;
  /** True: search engines may list it. Links and arrivals are for one person. */
  indexed?: true;
};

export function layout(page: PageContent): Html {
  return html`<!doctype html>
    <html lang="${page.lang ?? 'en'}" dir="ltr">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${page.indexed ? '' : html`<meta name="robots" content="noindex" />`} ${refreshOf(page)}
        <title>${page.title} · Storekeeper</title>
        <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
        <link rel="stylesheet" href="/connect/style.css" />
        ${page.style === undefined ? '' : html`<link rel="stylesheet" href="${page.style}" />`}
        ${page.script === undefined ? '' : html`<script type="module" src="${page.script}"></script>`}
      </head>
      <body>
        <header>
          ${MARK}<span>Storekeeper</span>${page.tag === undefined ? '' : html`<span class="tag">${page.tag}</span>`}
        </header>
        <main>
          ${page.above}
          <h1>${page.title}</h1>
          ${page.lead === undefined ? '' : html`<p class="lead">${page.lead}</p>`} ${page.body}
        </main>
      </body>
    </html>`;
}

function refreshOf({ refreshSeconds, script }: PageContent): Html | '' {
  if (refreshSeconds === undefined) return '';
  const meta = html`<meta http-equiv="refresh" content="${refreshSeconds}" />`;
  return script === undefined ? meta : html`<noscript>${meta}</noscript>`;
}

const MARK = html`<svg class="mark" viewBox="0 0 20 20" width="22" height="22" aria-hidden="true" focusable="false">
  <rect width="20" height="20" rx="5" />
  <path d="M5 14.5h10M6.5 12V9.5M10 12V5.5M13.5 12V7.5" />
</svg>`;
