/**
 * The page of a hand-off: for a store's owner who is no user here. It says who must open it and on which computer, what to
 * click and what is allowed by it. Works without script; with it, it turns green by itself.
 */
import { HAND_OFF_LANGUAGES, type HandOffLanguage } from '../../../core/hand-off.ts';
import type { HandOffView } from '../../../stores/hand-off-visit.ts';
import { html, type Html } from '../html.ts';
import { layout } from '../layout.ts';
import { fillHtml, fillText, longDay, tagOf, WORDS } from './languages.ts';
import type { HandOffWords } from './words.ts';

/** Why an arrival from the marketplace was led back to the page. */
export const HAND_OFF_NOTICES = ['late', 'again'] as const;
export type HandOffNotice = (typeof HAND_OFF_NOTICES)[number];

export type HandOffPage = {
  view: HandOffView;
  /** What the visitor reads: the sender's choice, or their own. */
  language: HandOffLanguage;
  /** Path of the page, `/hand-off/<token>`. */
  path: string;
  /** Absolute address of the page. */
  url: string;
  notice: HandOffNotice | null;
};

type Writing = HandOffPage & { words: HandOffWords; say: (text: string) => Html[]; text: (text: string) => string };

/** Which page it is: when it changes, a page that is open reads itself again. */
export function handOffPageKey({ state }: Pick<HandOffView, 'state'>): string {
  if (state === 'made' || state === 'opened') return 'ask';
  return state === 'back' ? 'checking' : state;
}

export function handOffPage(page: HandOffPage): string {
  const writing = write(page);
  switch (page.view.state) {
    case 'green':
      return donePage(writing);
    case 'revoked':
      return endedPage(writing, writing.words.revoked);
    case 'expired':
      return endedPage(writing, writing.words.expired);
    case 'back':
    case 'checking':
      return checkingPage(writing);
    case 'wrong_store':
      return wrongStorePage(writing);
    default:
      return askPage(writing);
  }
}

function write(page: HandOffPage): Writing {
  const { view, language } = page;
  const words = WORDS[language];
  const account = view.accountName;
  const values = {
    store: view.storeName,
    site: view.site,
    account,
    app: view.appName,
    sender: view.sender ?? account,
    button: words.continue,
    code: view.checkCode,
    date: longDay(view.expiresAt, language),
  };
  const filling = { words, values };
  return {
    ...page,
    words,
    say: (text) => fillHtml(text, filling),
    text: (text) => fillText(text, filling),
  };
}

type Content = { title: string; lead?: string; above?: Html; body: Html; refreshSeconds?: number };

function frame(writing: Writing, content: Content): string {
  const { words, language, path, view } = writing;
  return layout({
    ...content,
    tag: words.privateLink,
    lang: tagOf(language),
    style: '/hand-off/style.css',
    script: '/hand-off/page.js',
    body: html`<div class="hand-off" data-path="${path}" data-page="${handOffPageKey(view)}">
      ${content.body} ${languageLinks(writing)}
    </div>`,
  }).toString();
}

function askPage(writing: Writing): string {
  const { words, say, text, view } = writing;
  return frame(writing, {
    title: text(view.first ? words.askFirst : words.askAgain),
    lead: text(words.lead),
    body: html`${noticeOf(writing)} ${asker(writing)} ${onThePhone(writing)}
      <dl class="who-where">
        <dt>${words.whoTitle}</dt>
        <dd>${say(words.who)}</dd>
        <dt>${words.whereTitle}</dt>
        <dd>${words.where}</dd>
      </dl>
      <h2>${words.stepsTitle}</h2>
      <ol class="steps">
        ${view.removeFirst ? html`<li>${say(words.removeFirst)}</li>` : ''}
        <li>${say(words.signIn)}</li>
        <li>${say(words.choose)}</li>
        <li>${say(words.confirm)}</li>
      </ol>
      ${continueForm(writing)}
      <h2>${words.termsTitle}</h2>
      <ul class="terms">
        <li>${YES}${say(words.mayRead)}</li>
        <li>${NO}${words.mayNot}</li>
        <li>${NO}${words.noPassword}</li>
        <li>${NO}${words.noPayment}</li>
        <li>${YES}${say(words.endAnyTime)}</li>
      </ul>
      ${notTheOwner(writing)} ${doubts(writing)}`,
  });
}

function asker({ view, words, language }: Writing): Html {
  const account = view.accountName;
  const sender =
    view.sender === null ? account : fillText(words.personOf, { words, values: { sender: view.sender, account } });
  const values = { sender, store: view.storeName, site: view.site };
  return html`<p class="who" lang="${tagOf(language)}">${fillHtml(words.from, { words, values })}</p>`;
}

/** Seen on narrow and touched screens alone: the style decides, because no address and no device is asked for. */
function onThePhone({ words, text, url }: Writing): Html {
  const mail = `mailto:?subject=${encodeURIComponent(text(words.mailSubject))}&body=${encodeURIComponent(url)}`;
  return html`<section class="phone notice warn" aria-labelledby="phone">
    <h2 id="phone">${words.phoneTitle}</h2>
    <p>${words.phone}</p>
    <p class="row">
      <button type="button" class="plain-button" data-copy="${url}" data-copied="${words.copied}" hidden>
        ${words.copy}
      </button>
      <a class="plain-button" href="${mail}">${words.mailToMyself}</a>
    </p>
  </section>`;
}

function continueForm({ words, path, language }: Writing, label = words.continue): Html {
  return html`<form method="post" action="${path}/continue">
      <input type="hidden" name="lang" value="${language}" />
      <button type="submit">${label}</button>
    </form>
    <p class="quiet centre" data-with-script hidden>${words.turnsGreen}</p>
    <p class="quiet centre" data-without-script>${words.loadAgain}</p>`;
}

function notTheOwner({ words, say, path, language }: Writing): Html {
  return html`<h2>${words.notOwnerTitle}</h2>
    <p class="t2">${say(words.notOwner)}</p>
    <form method="post" action="${path}/not-owner">
      <input type="hidden" name="lang" value="${language}" />
      <button type="submit" class="plain-button">${words.notOwnerButton}</button>
    </form>`;
}

function doubts({ words, say, text }: Writing): Html {
  return html`<p class="small">${say(words.unsure)} ${text(words.worksUntil)}</p>`;
}

function noticeOf(writing: Writing): Html | '' {
  const said = noticeText(writing);
  if (said === null) return '';
  return html`<p class="notice ${said.tone}" role="status">${said.text}</p>`;
}

type Said = { tone: 'act' | 'warn' | ''; text: Html[] | string };

function noticeText({ view, words, say, notice }: Writing): Said | null {
  if (notice === 'late') return { tone: 'warn', text: words.late };
  if (notice === 'again') return { tone: 'warn', text: words.startAgain };
  switch (view.state) {
    case 'left':
      return { tone: '', text: words.waiting };
    case 'not_back':
      return { tone: 'warn', text: words.notBack };
    case 'refused':
      return { tone: 'act', text: words.refused };
    case 'not_owner':
      return { tone: 'warn', text: say(words.notOwnerTold) };
    case 'failed':
      return { tone: 'act', text: view.ourFault ? words.failedOurs : words.failedYours };
    default:
      return null;
  }
}

function wrongStorePage(writing: Writing): string {
  const { words, text, view } = writing;
  const stores =
    view.wrongStore === null
      ? ''
      : html`<dl>
          <dt>${words.askedFor}</dt>
          <dd>${view.storeName} <code>${view.wrongStore.expected}</code></dd>
          <dt>${words.signedIn}</dt>
          <dd><code>${view.wrongStore.got}</code></dd>
        </dl>`;
  return frame(writing, {
    title: words.wrongStoreTitle,
    lead: text(words.wrongStore),
    body: html`${stores} ${continueForm(writing)} ${notTheOwner(writing)} ${doubts(writing)}`,
  });
}

function checkingPage(writing: Writing): string {
  const { words, text } = writing;
  return frame(writing, {
    title: text(words.checkingTitle),
    lead: words.checking,
    refreshSeconds: 3,
    body: html`<p class="quiet" data-with-script hidden>${words.turnsGreen}</p>`,
  });
}

function donePage(writing: Writing): string {
  const { words, text, view, language } = writing;
  const values = { date: view.permissionEndsAt === null ? '' : longDay(view.permissionEndsAt, language) };
  const until = values.date === '' ? '' : html`<p class="small">${fillHtml(words.doneUntil, { words, values })}</p>`;
  return frame(writing, {
    title: text(words.doneTitle),
    lead: text(words.done),
    above: TICK,
    body: html`${until}`,
  });
}

function endedPage(writing: Writing, said: string): string {
  const { words, text } = writing;
  return frame(writing, { title: words.endedTitle, lead: text(said), body: html`` });
}

/** Another browser went to the marketplace with this link just now; whoever that was may go on here. */
export function elsewherePage(page: HandOffPage): string {
  const writing = write(page);
  const { words, path, language } = writing;
  return frame(writing, {
    title: words.elsewhereTitle,
    lead: words.elsewhere,
    body: html`<form method="post" action="${path}/continue">
      <input type="hidden" name="lang" value="${language}" />
      <input type="hidden" name="here" value="1" />
      <button type="submit">${words.continueHere}</button>
    </form>`,
  });
}

/** An address that opens nothing. Who sent it is not known, so nobody is named. */
export function unknownHandOffPage(language: HandOffLanguage): string {
  const words = WORDS[language];
  return layout({
    title: words.unknownTitle,
    lead: words.unknown,
    lang: tagOf(language),
    style: '/hand-off/style.css',
    body: '',
  }).toString();
}

function languageLinks({ words, language, path }: Writing): Html {
  return html`<nav class="languages" aria-label="${words.language}">
    ${HAND_OFF_LANGUAGES.map((one) =>
      one === language
        ? html`<span lang="${tagOf(one)}" aria-current="true">${WORDS[one].name}</span> `
        : html`<a href="${path}?lang=${one}" lang="${tagOf(one)}" hreflang="${tagOf(one)}">${WORDS[one].name}</a> `,
    )}
  </nav>`;
}

const TICK = html`<svg class="tick" viewBox="0 0 24 24" width="44" height="44" aria-hidden="true" focusable="false">
  <circle cx="12" cy="12" r="9.2" />
  <path d="M7.8 12.4l2.9 2.9 5.6-6" />
</svg>`;

const YES = html`<svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true" focusable="false">
  <path d="M4 12.5l5 5L20 6.5" />
</svg>`;
const NO = html`<svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true" focusable="false">
  <path d="M6 6l12 12M18 6L6 18" />
</svg>`;
