/** How the marketplaces answer, for everybody: no script, no sign-in, all times in UTC. */
import { clock, moment, shortDate } from '../../core/words-dates.ts';
import { fromTo } from '../../core/words-incidents.ts';
import type { StatusBody, StatusPlace } from '../contract/incident.ts';
import { html, type Html } from './html.ts';
import { layout } from './layout.ts';
import { lasted, statusDays, type StatusDay } from './status-days.ts';

/** On the page of all places; the page of one place has them all. */
const INCIDENTS_SHOWN = 3;
/** A strip of more days cannot be told apart on a phone. */
const DAYS_ON_A_PHONE = 45;
const FRAME = { style: '/status/style.css', indexed: true, tag: 'status' } as const;

export function statusPage(status: StatusBody): string {
  const { places } = status;
  return layout({
    ...FRAME,
    title: headline(places),
    lead: LEAD,
    body: html`${asOf(status, '/status')}
    ${places.length === 0 ? html`<p class="who">No store is connected here yet, so nothing is watched.</p>` : ''}
    ${places.map((place) => placeCard(status, place))} ${about(status)}`,
  }).toString();
}

export function placePage(status: StatusBody, place: StatusPlace): string {
  const now = Date.parse(status.as_of);
  return layout({
    ...FRAME,
    title: `How ${place.place} answers`,
    lead: LEAD,
    body: html`${asOf(status, addressOf(place))}
      <section class="place" aria-label="${place.place}">${standing(place, now)} ${strip(status, place)}</section>
      <h2>Incidents of the last ${status.days} days</h2>
      ${incidents(place.incidents, now)} ${about(status)}
      <p><a href="/status">All marketplaces and regions</a></p>`,
  }).toString();
}

const LEAD = 'What Storekeeper sees when it asks the marketplaces, all day long. All times are UTC.';

function headline(places: readonly StatusPlace[]): string {
  const troubled = places.filter(({ state }) => state === 'trouble').map(({ place }) => place);
  if (troubled.length > 0) return `Trouble at ${listed(troubled)}`;
  if (places.length === 0) return 'How the marketplaces answer';
  if (places.every(({ state }) => state === 'answering')) return 'Every marketplace answers';
  return 'No marketplace is known to be in trouble';
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

function asOf({ as_of }: StatusBody, address: string): Html {
  const at = Date.parse(as_of);
  return html`<p class="quiet">
    As of ${shortDate(at)}, ${clock(at)} UTC. It changes within seconds: <a href="${address}">look again</a>.
  </p>`;
}

function placeCard(status: StatusBody, place: StatusPlace): Html {
  const now = Date.parse(status.as_of);
  const more = place.incidents.length - INCIDENTS_SHOWN;
  const id = `${place.marketplace}-${place.region}`;
  return html`<section class="place" aria-labelledby="${id}">
    <h2 id="${id}"><a href="${addressOf(place)}">${place.place}</a></h2>
    ${standing(place, now)} ${strip(status, place)}
    ${place.incidents.length === 0 ? '' : incidents(place.incidents.slice(0, INCIDENTS_SHOWN), now)}
    ${
      more <= 0
        ? ''
        : html`<p class="quiet">
            <a href="${addressOf(place)}">${more} more ${more === 1 ? 'incident' : 'incidents'} at ${place.place}</a>
          </p>`
    }
  </section>`;
}

function addressOf({ marketplace, region }: StatusPlace): string {
  return `/status/${marketplace}/${region}`;
}

const STATES = { answering: 'Answers', trouble: 'Trouble', unknown: 'Not known' } as const satisfies Record<
  StatusPlace['state'],
  string
>;

/** Icon, word and sentence; colour is the fourth to say it. */
function standing({ state, since, sentence }: StatusPlace, now: number): Html {
  const from = since === null ? '' : ` since ${moment(Date.parse(since), now)} UTC`;
  return html`<p class="state ${state}">${ICONS[state]} <strong>${STATES[state]}</strong>${from}</p>
    ${state === 'answering' ? '' : html`<p class="says">${sentence}</p>`}`;
}

const icon = (shape: Html): Html =>
  html`<svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">${shape}</svg>`;

const ICONS: Record<StatusPlace['state'], Html> = {
  answering: icon(html`<circle cx="12" cy="12" r="9" /><path d="M7.8 12.4l2.9 2.9 5.6-6" />`),
  trouble: icon(html`<path d="M12 4l9 16H3zM12 10v4.5M12 17.2v.1" />`),
  unknown: icon(html`<circle cx="12" cy="12" r="9" class="dashed" />`),
};

function strip({ as_of, days: count }: StatusBody, { incidents: all }: StatusPlace): Html {
  const days = statusDays(all, { now: Date.parse(as_of), days: count });
  const bad = days.filter(({ ms }) => ms > 0).toReversed();
  const text =
    bad.length === 0
      ? `No incident was seen in the last ${count} days.`
      : `An incident on ${bad.length} of the last ${count} days: ${bad.map(dayWords).join('; ')}.`;
  return html`<div class="strip" aria-hidden="true">${days.map(cell)}</div>
    <p class="ends" aria-hidden="true">
      <span class="wide">${count} days ago</span><span class="narrow">${DAYS_ON_A_PHONE} days ago</span
      ><span>today</span>
    </p>
    <p class="quiet">${text}</p>`;
}

function dayWords({ at, ms }: StatusDay): string {
  return `${shortDate(at)} (${lasted(ms)})`;
}

function cell(day: StatusDay): Html {
  return day.ms > 0 ? html`<i class="trouble" title="${dayWords(day)}"></i>` : html`<i></i>`;
}

function incidents(list: StatusPlace['incidents'], now: number): Html {
  if (list.length === 0) return html`<p class="quiet">None was seen.</p>`;
  return html`<ul class="incidents">
    ${list.map(
      ({ from, to, sentence, note }) =>
        html`<li>
          <span class="when">${whenWords(from, to, now)}</span>
          <span>${sentence}</span>
          ${note === null || note === '' ? '' : html`<span class="note">${note}</span>`}
        </li>`,
    )}
  </ul>`;
}

function whenWords(from: string, to: string | null, now: number): string {
  const began = Date.parse(from);
  if (to === null) return `Since ${moment(began, now)} UTC, going on`;
  const over = Date.parse(to);
  return `${fromTo(began, over, now)} (${lasted(over - began)})`;
}

function about({ days }: StatusBody): Html {
  return html`<h2>What is told here</h2>
    <ul class="plain">
      <li>
        Answers: the marketplace lets our calls through. What is wrong with one store alone does not show here; its own
        page says it.
      </li>
      <li>Trouble: so many calls are refused at once that it cannot be the stores. Their owners are not disturbed.</li>
      <li>Not known: nothing was asked there in the last hour.</li>
      <li>Incidents are listed for ${days} days. A day without one is a day on which we saw none.</li>
    </ul>
    <p class="quiet">For programs: <a href="/v1/status">/v1/status</a>.</p>`;
}
