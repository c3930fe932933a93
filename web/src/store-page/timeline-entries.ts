/** The timeline as it is shown: under days, newest first, changes alone or every check. Pure. */
import type { TimelineEntry } from '../api/queries.ts';
import { dayHeading, sameDay } from '../words/dates.ts';
import type { IconName } from '../parts/icon.tsx';
import type { Tone } from '../words/verdicts.ts';

export type TimelineDay = { heading: string; entries: TimelineEntry[] };

export function byDay(entries: readonly TimelineEntry[], now: number): TimelineDay[] {
  const days: { first: string; day: TimelineDay }[] = [];
  for (const entry of [...entries].sort((a, b) => b.at.localeCompare(a.at))) {
    const last = days.at(-1);
    if (last !== undefined && sameDay(last.first, entry.at)) last.day.entries.push(entry);
    else days.push({ first: entry.at, day: { heading: dayHeading(entry.at, now), entries: [entry] } });
  }
  return days.map(({ day }) => day);
}

const FACES: readonly { pattern: RegExp; tone: Tone; icon: IconName }[] = [
  { pattern: /odd|nobody told/i, tone: 'calm', icon: 'turning' },
  { pattern: /reconnect/i, tone: 'act', icon: 'plug' },
  { pattern: /inactive|blocked|deactivated/i, tone: 'act', icon: 'barred' },
  { pattern: /waiting|repair started|opened/i, tone: 'info', icon: 'hourglass' },
  { pattern: /renew|expir|reminder/i, tone: 'warn', icon: 'clock' },
  { pattern: /not (everything )?shared|limited/i, tone: 'warn', icon: 'half' },
  { pattern: /paused/i, tone: 'calm', icon: 'bars' },
  { pattern: /remove|disconnect/i, tone: 'calm', icon: 'minus' },
  { pattern: /problem|held/i, tone: 'calm', icon: 'cloud' },
  { pattern: /^moved/i, tone: 'good', icon: 'arrow' },
  { pattern: /connected|again|resumed/i, tone: 'good', icon: 'tick' },
];

/** The icon beside a title. It only repeats what the title says, so an unknown title gets a neutral one. */
export function faceOf(entry: Pick<TimelineEntry, 'kind' | 'title'>): { tone: Tone; icon: IconName } {
  if (entry.kind === 'observation') return { tone: 'calm', icon: 'search' };
  return FACES.find((face) => face.pattern.test(entry.title)) ?? { tone: 'calm', icon: 'ring' };
}
