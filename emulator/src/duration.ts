import type { Instant } from './clock.ts';

const ISO_8601_DURATION =
  /^P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/;

/** The last instant a Date can be. */
const LAST_INSTANT = 8.64e15;

/**
 * The instant a duration later ("P365D", "PT1H30M", "P1Y"), or undefined when it is no ISO 8601 duration; a negative
 * one is none. Years and months go by the calendar in UTC, so P1Y from 29 February ends on 1 March.
 */
export function later(from: Instant, duration: string): Instant | undefined {
  const parts = ISO_8601_DURATION.exec(duration);
  if (!parts) return undefined;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts
    .slice(1)
    .map((part) => (part === undefined ? 0 : Number(part)));
  const date = new Date(from);
  date.setUTCFullYear(date.getUTCFullYear() + years, date.getUTCMonth() + months);
  const moved = date.getTime() + ((weeks * 7 + days) * 24 + hours) * 3_600_000 + minutes * 60_000 + seconds * 1000;
  return Math.abs(moved) <= LAST_INSTANT ? moved : undefined;
}
