/** Ninety days of a place, day by day in UTC: how long an incident lasted on each. */
import type { StatusPlace } from '../contract/incident.ts';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

/** `at`: its first moment, UTC. `ms`: how much of it an incident covered. */
export type StatusDay = { at: number; ms: number };

/** So many days up to the one of `now`, the oldest first. Incidents that overlap count once. Milliseconds. */
export function statusDays(
  incidents: StatusPlace['incidents'],
  { now, days }: { now: number; days: number },
): StatusDay[] {
  const spans = merged(
    incidents.map(({ from, to }) => [Date.parse(from), to === null ? now : Date.parse(to)] as const),
  );
  const today = Math.floor(now / DAY) * DAY;
  return Array.from({ length: days }, (_, place) => {
    const at = today - (days - 1 - place) * DAY;
    const ms = spans.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(to, at + DAY) - Math.max(from, at)), 0);
    return { at, ms };
  });
}

type Span = readonly [from: number, to: number];

function merged(spans: readonly Span[]): Span[] {
  const apart: Span[] = [];
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = apart.at(-1);
    if (last !== undefined && from <= last[1]) apart.splice(-1, 1, [last[0], Math.max(last[1], to)]);
    else apart.push([from, to]);
  }
  return apart;
}

/** "less than a minute", "25 min", "2 h 10 min", "1 day", "3 days 2 h". Milliseconds. */
export function lasted(ms: number): string {
  const minutes = Math.round(ms / MINUTE);
  if (minutes < 1) return 'less than a minute';
  const days = Math.floor(minutes / 1_440);
  const hours = Math.floor((minutes % 1_440) / 60);
  const parts = [
    days === 0 ? '' : `${days} ${days === 1 ? 'day' : 'days'}`,
    hours === 0 ? '' : `${hours} h`,
    days > 0 || minutes % 60 === 0 ? '' : `${minutes % 60} min`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}
