/** What the page of the renewal day says. Days come as `YYYY-MM-DD` and are calendar days, so no time zone moves them. Pure. */
import type { Renewals, RenewalStore } from '../../../server/src/http/contract/renewals.ts';
import { figure, things } from '../words/counts.ts';
import { day } from '../words/dates.ts';
import type { IconName } from '../parts/icon.tsx';
import type { Tone } from '../words/verdicts.ts';

const UTC = 'UTC';
const WEEKDAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: UTC });

/** `10 Dec 2026` */
export function calendarDay(date: string): string {
  return day(`${date}T00:00:00Z`, UTC);
}

/** `Thu 10 Dec 2026`, for what is coming. */
export function comingDay(date: string): string {
  return `${WEEKDAY.format(Date.parse(`${date}T00:00:00Z`))} ${calendarDay(date)}`;
}

type Plan = Pick<Renewals, 'today' | 'day' | 'chosen' | 'new_end' | 'done' | 'of'>;

/** The first line of the page: how things stand. */
export function planHeadline({ today, day: chosenDay, done, of }: Plan): string {
  if (of === 0 || chosenDay === null) return 'No store can be renewed just now';
  if (done === of) return of === 1 ? 'Your store is renewed' : `All ${figure(of)} stores are renewed`;
  if (chosenDay > today) return `Renew ${things(of, 'store')} on ${comingDay(chosenDay)}`;
  const rest = of - done;
  return done === 0
    ? `${things(of, 'store')} to renew today`
    : `${figure(rest)} of ${things(of, 'store')} left to renew`;
}

/** What the common day is good for, and what is only estimated. */
export function planUnderline({ day: chosenDay, today, chosen, new_end, done, of }: Plan): string {
  if (chosenDay === null || new_end === null) return '';
  const end = calendarDay(new_end);
  if (of > 0 && done === of) return `They all end about ${end}, so next year they are renewed on one day again.`;
  const why = chosen || chosenDay <= today ? '' : ' It is a week before the earliest end.';
  return `What is renewed that day ends about ${end}, all on one day. Amazon tells nobody the end: it is an estimate.${why}`;
}

export function progressWords({ done, of }: Pick<Plan, 'done' | 'of'>): string {
  return `${figure(done)} of ${figure(of)} renewed`;
}

export type StateFace = { tone: Tone; icon: IconName; text: string };

/** Icon, colour and words of a store's standing. */
export function stateFace(store: RenewalStore): StateFace {
  const end = store.ends_on === null ? 'unknown' : calendarDay(store.ends_on);
  switch (store.state) {
    case 'renewed':
      return { tone: 'good', icon: 'tick', text: `Renewed, next end ${end}` };
    case 'renewed_early':
      return { tone: 'good', icon: 'tick', text: `Renewed today, next end ${end}` };
    case 'due':
      return dueFace(store.days_left ?? 0);
    case 'ended':
      return { tone: 'act', icon: 'plug', text: 'Reconnect store' };
    case 'unknown_end':
      return { tone: 'calm', icon: 'dashedCircle', text: 'End unknown' };
    case 'blocked':
      return { tone: 'calm', icon: 'barred', text: 'Renewing will not help' };
  }
}

const SOON_DAYS = 30;

function dueFace(days: number): StateFace {
  const text = days === 0 ? 'Ends today' : `${things(days, 'day')} left`;
  return days <= SOON_DAYS ? { tone: 'warn', icon: 'clock', text } : { tone: 'calm', icon: 'ring', text };
}

/** The second line of a row: what the words above leave open. */
export function stateNote(store: RenewalStore): string {
  switch (store.state) {
    case 'renewed':
      return '';
    case 'renewed_early':
      return 'before the renewal day';
    case 'due':
      return '';
    case 'ended':
      return 'Repairing it renews it.';
    case 'unknown_end':
      return 'Renewing makes it known.';
    case 'blocked':
      return 'The marketplace has closed this store.';
  }
}

/** True where somebody began before the day that was chosen: then today could be the day for all. */
export function hasBegunEarly({ places, day: chosenDay, today }: Pick<Renewals, 'places' | 'day' | 'today'>): boolean {
  return (
    chosenDay !== null &&
    chosenDay > today &&
    places.some((place) => place.stores.some((store) => store.state === 'renewed_early'))
  );
}
