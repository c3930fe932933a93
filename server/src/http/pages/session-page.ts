/** The page of a connect link: for the store's owner, who need not be a user of Storekeeper. Works without script. */
import type { ConnectSession, LadderStep } from '../contract/connect.ts';
import { html, type Html } from './html.ts';
import { layout } from './layout.ts';

export type SessionView = {
  session: ConnectSession;
  token: string;
  /** The name of the account that asks for the permission. */
  asking: string;
};

/** How long the page waits before it looks again while the ladder runs. Seconds. */
const LOOK_AGAIN = 3;

export function sessionPage(view: SessionView): string {
  switch (view.session.status) {
    case 'open':
    case 'at_marketplace':
      return askPage(view);
    case 'verifying':
      return checkingPage(view);
    case 'connected':
      return connectedPage(view);
    case 'failed':
      return failedPage(view);
    case 'expired':
      return expiredPage(view);
  }
}

function askPage(view: SessionView): string {
  const { session } = view;
  return layout({
    title: askTitle(session),
    lead: 'Only the store’s primary user can do this at Amazon. It takes a minute.',
    tag: 'private link',
    body: html`<p class="who"><strong>${session.name}</strong><br />${session.site}</p>
      ${whoAsks(view)} ${clicks(session)} ${continueForm(view.token, 'Continue to Amazon')} ${PROMISES}`,
  }).toString();
}

/** Only the account's own words name it, so the page also says how to check them. */
function whoAsks({ asking, session }: SessionView): Html {
  return html`<dl>
      <dt>Asked by</dt>
      <dd><strong>${asking === '' ? 'an account without a name' : asking}</strong></dd>
    </dl>
    <p class="quiet">
      The account <strong>${asking}</strong> gets access to ${session.name}. Continue only if you know it and expect
      this.
    </p>`;
}

function askTitle({ kind, name }: ConnectSession): string {
  switch (kind) {
    case 'connect':
      return `Can you give one permission for ${name}?`;
    case 'repair':
      return `Can you switch on one permission for ${name}?`;
    case 'move':
      return `Can you give the permission that replaces the old one of ${name}?`;
  }
}

function checkingPage({ session }: SessionView): string {
  return layout({
    title: `Checking ${session.name}`,
    lead: 'Amazon has your permission. We look whether everything works; this takes a few seconds.',
    refreshSeconds: LOOK_AGAIN,
    body: html`${ladder(session.steps)}
      <p class="quiet">This page looks again by itself.</p>`,
  }).toString();
}

function connectedPage({ session }: SessionView): string {
  return layout({
    title: `${session.name} is connected`,
    lead: 'There is nothing more to do. You can close this page.',
    body: html`${ladder(session.steps)}
      <p class="quiet">Whoever sent you here sees it too.</p>`,
  }).toString();
}

function failedPage({ session, token, asking }: SessionView): string {
  if (session.wrong_store !== null) return wrongStorePage({ session, token });
  const words = session.diagnosis?.text;
  return layout({
    title: `${session.name} is not connected yet`,
    lead: words?.sentence ?? 'Amazon did not let us through.',
    body: html`${words === undefined ? '' : html`<p class="notice act">${words.next}</p>`} ${ladder(session.steps)}
      <p class="quiet">Asked by the account <strong>${asking}</strong>.</p>
      ${continueForm(token, 'Try again')}`,
  }).toString();
}

function wrongStorePage({ session, token }: { session: ConnectSession; token: string }): string {
  return layout({
    title: 'You signed in to another store at Amazon',
    lead: 'Nothing was changed on either store.',
    body: html`<dl>
        <dt>Asked for</dt>
        <dd>${session.wrong_store?.expected_name} <code>${session.wrong_store?.expected_seller_id}</code></dd>
        <dt>Signed in</dt>
        <dd><code>${session.wrong_store?.got_seller_id}</code></dd>
      </dl>
      <p class="notice warn">
        Sign out at Amazon first, then continue and sign in as the primary user of ${session.name}.
      </p>
      ${continueForm(token, 'Try again')}`,
  }).toString();
}

function expiredPage({ session }: SessionView): string {
  return layout({
    title: 'This link has ended',
    lead: `Ask whoever sent it for a new one for ${session.name}. Nothing was changed.`,
    body: '',
  }).toString();
}

function continueForm(token: string, label: string): Html {
  return html`<form method="post" action="/connect/s/${encodeURIComponent(token)}/continue">
    <button type="submit">${label}</button>
  </form>`;
}

function clicks(session: ConnectSession): Html {
  return html`<h2>What to click</h2>
    <ol class="steps">
      <li>Sign in to Seller Central as the store’s <strong>primary user</strong>.</li>
      <li>Choose the site <strong>${session.site}</strong> and the store <strong>${session.name}</strong>.</li>
      <li>Tick the box and click <span class="boxed">Confirm</span>.</li>
    </ol>`;
}

const WORDS: Record<LadderStep['outcome'], string> = {
  waiting: 'waiting',
  running: 'looking',
  passed: 'passed',
  failed: 'failed',
  not_asked: 'not asked',
  cannot_be_asked: 'cannot be asked',
};

function ladder(all: LadderStep[]): Html | string {
  if (all.length === 0) return '';
  return html`<ol class="ladder">
    ${all.map(
      (step) =>
        html`<li class="${step.outcome}">
          <span class="name">${step.title}</span>
          <span class="word">${WORDS[step.outcome]}</span>
          ${step.text === '' ? '' : html`<span class="why">${step.text}</span>`}
        </li>`,
    )}
  </ol>`;
}

const PROMISES = html`<h2>What you allow, and what not</h2>
  <ul class="plain">
    <li>They may read payouts, balances and reports of this store.</li>
    <li>They cannot change listings, prices, orders or your bank account.</li>
    <li>We never ask for your Amazon password. You type it at Amazon only.</li>
  </ul>`;
