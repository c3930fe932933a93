import { mailsSent } from '../state/mwsNotices.ts';
import type { WireAnswer } from '../wire.ts';
import { html } from './markup.ts';
import { page, shortDate } from './page.ts';
import { here } from './visit.ts';
import type { Person, Visit } from './visit.ts';

/** `GET /notifications`: the same reminders that went out by mail, the newest first. */
export function notifications(visit: Visit, person: Person): WireAnswer {
  const mails = mailsSent(visit.amazon, visit.now, person.seller.sellerId).toReversed();
  const shown = mails.map(
    (mail) =>
      html`<article>
        <h2>${mail.subject}</h2>
        <p class="s">
          ${shortDate(mail.sentAt)} · mailed to ${mail.to.join(', ') || 'nobody: there is no primary user'}
        </p>
        ${mail.text.split('\n\n').map((part) => html`<p>${part}</p>`)}
      </article>`,
  );
  const main = html`<h1>Notifications</h1>
    ${shown.length > 0 ? shown : html`<p class="wrong">There is no notification.</p>`}
    <p><a class="b" href="${here(visit, '/apps/manage')}">Manage your apps</a></p>`;
  return page(visit, { title: 'Notifications', main, person });
}
