import { z } from 'zod';

import { later } from '../duration.ts';
import type { Clock, Instant } from '../clock.ts';
import { announce } from '../state/announce.ts';
import { badBody } from './problem.ts';
import { ok, parsed } from './route.ts';
import type { ControlAnswer, ControlRequest, ControlRoute } from './route.ts';

/** Shorter than proxies and clients give up by default. */
const LONGEST_WAIT_MS = 25_000;

const moveSchema = z.strictObject({
  advance: z.string().optional(),
  set: z.iso.datetime({ offset: true }).optional(),
});

function told(clock: Clock): ControlAnswer {
  return ok({ now: new Date(clock.now()).toISOString(), version: clock.version() });
}

async function read({ stage, query }: ControlRequest): Promise<ControlAnswer> {
  const known = query.get('wait');
  if (known === null) return told(stage.clock);
  if (!/^\d+$/.test(known)) throw badBody('wait must be the version of the clock last seen, a whole number');
  await stage.clock.moved(Number(known), LONGEST_WAIT_MS);
  return told(stage.clock);
}

function move({ stage, body }: ControlRequest): ControlAnswer {
  stage.clock.set(target(parsed(moveSchema, body), stage.clock.now()));
  announce(stage.amazon, stage.clock.moment());
  return told(stage.clock);
}

function target({ advance, set }: z.infer<typeof moveSchema>, now: Instant): Instant {
  if ((advance === undefined) === (set === undefined)) throw badBody('say either advance or set');
  if (set !== undefined) return Date.parse(set);
  const moved = later(now, advance ?? '');
  if (moved === undefined)
    throw badBody([
      { pointer: '/advance', detail: 'must be an ISO 8601 duration that goes forward, for example P365D or PT5M' },
    ]);
  return moved;
}

export const CLOCK_ROUTES: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/clock',
    id: 'readClock',
    summary: 'The time and the version of the clock; with wait=<version> the answer comes when it is moved again',
    query: { wait: 'version last seen; the answer waits up to 25 seconds for another' },
    handle: read,
  },
  {
    method: 'POST',
    path: '/clock',
    id: 'moveClock',
    summary: 'Moves time: advance by an ISO 8601 duration, or set to an instant. It ticks on from there',
    body: moveSchema,
    handle: move,
  },
];
