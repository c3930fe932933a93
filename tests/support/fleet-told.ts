/** A story told to the simulated fleet of the benchmarks, which has the product's rules and neither database nor loop. */
import { withSeededDice } from '../../bench/src/fleet/dice.ts';
import type { Fault, WeatherEvent } from '../../bench/src/fleet/happenings.ts';
import type { PartialStorm } from '../../bench/src/fleet/partial-storms.ts';
import { BEGINNING, connectedStores, realConnector } from '../../bench/src/fleet/run.ts';
import { FleetWatch } from '../../bench/src/fleet/watch.ts';
import type { Verdict } from '../../server/src/core/connection.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const connector = realConnector();

/** Instants in milliseconds of true time, from `BEGINNING` on. */
export type Story = {
  stores: number;
  faults: Fault[];
  weather: WeatherEvent[];
  storms?: PartialStorm[];
  operatorStore?: boolean;
};

/** Minutes after the beginning. */
export type FleetTold = {
  told: { store: number; minute: number }[];
  /** Looks in which something was not as before. */
  noticed: { store: number; minute: number }[];
  /** All looks. */
  looks: number;
  verdicts: Partial<Record<Verdict, number>>;
  /** Stores that were not connected at the pause. */
  meanwhile: number;
  questions: number;
};

/** Milliseconds before the beginning at which each store was looked at last: spread over the hour as on a database. */
export const lookedBefore = (stores: number) => (store: number) => HOUR * (1 - ((store * 7_919) % stores) / stores);

/** Lets the fleet live until `endsAt`, with a glance at `pauseAt`. Minutes. */
export function tellFleet(
  { stores, faults, weather, storms = [], operatorStore = false }: Story,
  { pauseAt, endsAt }: { pauseAt: number; endsAt: number },
): FleetTold {
  const before = lookedBefore(stores);
  const rows = connectedStores({ seed: 1, stores, intervalMs: HOUR, faults }, connector).map((row, store) => {
    const lookedAt = Math.round(BEGINNING - before(store));
    return { ...row, lastOkAt: lookedAt, lastLookAt: lookedAt, nextAt: lookedAt + HOUR };
  });
  const told: FleetTold['told'] = [];
  const noticed: FleetTold['noticed'] = [];
  return withSeededDice(1, () => {
    const watch = new FleetWatch(
      { rows, intervalMs: HOUR, faults, weather, storms, operatorStore },
      {
        connector,
        from: BEGINNING,
        watching: {
          quiet: () => undefined,
          looked: ({ store, beganAt, now, concluded }) => {
            noticed.push({ store, minute: (beganAt - BEGINNING) / MINUTE });
            if (concluded?.step.effects.some(({ type }) => type === 'tell_seller'))
              told.push({ store, minute: (now - BEGINNING) / MINUTE });
          },
        },
      },
    );
    watch.runTo(BEGINNING + pauseAt * MINUTE);
    const meanwhile = watch.rows.filter(({ verdict }) => verdict !== 'connected').length;
    watch.runTo(BEGINNING + endsAt * MINUTE);
    const verdicts: FleetTold['verdicts'] = {};
    for (const { verdict } of watch.rows) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    return { told, noticed, looks: watch.looks, verdicts, meanwhile, questions: watch.calls.own + watch.calls.others };
  });
}
