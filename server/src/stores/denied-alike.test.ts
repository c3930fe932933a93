import { expect, test } from 'vitest';
import { anObservation } from '../db/testing-rows.ts';
import type { Capability } from '../core/observation.ts';
import type { DataCallShape } from '../core/ladder.ts';
import { deniedAlike } from './probe.ts';

const DATA_CALLS = (['participations', 'payouts', 'finances', 'reports'] as const).map(shapeOf);

function shapeOf(capability: Capability): DataCallShape {
  const inTurn = capability === 'reports';
  return { call: capability, capability, tellsIdentity: false, tellsStanding: false, everyLook: !inTurn, inTurn };
}

const STEADY: Capability[] = ['participations', 'payouts', 'finances'];

type Row = { what: string; denied: Capability[]; elsewhere: Capability[]; alike: Capability[] };

test.each<Row>([
  { what: 'nothing elsewhere', denied: STEADY, elsewhere: [], alike: [] },
  {
    what: 'all that every look asks for, so that reports, which others were hardly asked for, go with it',
    denied: [...STEADY, 'reports'],
    elsewhere: STEADY,
    alike: [...STEADY, 'reports'],
  },
  {
    what: 'all of it in a later look, for the reports of an earlier one',
    denied: STEADY,
    elsewhere: STEADY,
    alike: [...STEADY, 'reports'],
  },
  {
    what: 'what one look left out so that reports had their turn is not missed',
    denied: ['participations', 'payouts', 'reports'],
    elsewhere: STEADY,
    alike: ['participations', 'payouts', 'reports'],
  },
  {
    what: 'one kind only: the neighbour lacks one role, and the rest is refused here alone',
    denied: [...STEADY, 'reports'],
    elsewhere: ['finances'],
    alike: ['finances'],
  },
  { what: 'reports here alone', denied: ['reports'], elsewhere: STEADY, alike: [] },
  { what: 'reports everywhere', denied: ['reports'], elsewhere: ['reports'], alike: ['reports'] },
])('denied to others as well: $what', ({ denied, elsewhere, alike }) => {
  const observations = denied.map((capability) => anObservation({ rung: 'capability', capability, answer: 'denied' }));
  const found = deniedAlike(observations, { elsewhere, dataCalls: DATA_CALLS });
  expect(found.toSorted()).toEqual(alike.toSorted());
});
