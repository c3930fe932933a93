/** One cohort over some days: its stores, its script, and what every rule said of them. */
import { createOutbound } from '../../../server/src/connectors/outbound.ts';
import { createRegistry } from '../../../server/src/connectors/registry.ts';
import type { Connector } from '../../../server/src/connectors/connector.ts';
import type { Judgement } from '../../../server/src/core/judgement.ts';
import { judge } from '../../../server/src/core/judge.ts';
import { aStore } from '../../../server/src/db/testing-rows.ts';
import { judgeInput } from '../../../server/src/stores/facts.ts';
import type { StoreRow } from '../../../server/src/db/stores.ts';
import { seededDice, withSeededDice } from './dice.ts';
import { SITES, type Fault, type WeatherEvent } from './happenings.ts';
import { Ledger, type Tally } from './ledger.ts';
import type { PartialStorm } from './partial-storms.ts';
import { FleetWatch } from './watch.ts';

const DAY = 86_400_000;
const GRANT_MS = 365 * DAY;
/** A good look of every store, so that none is new to the watch. */
const EVER_OK: StoreRow['everOk'] = ['participations', 'payouts', 'finances', 'reports'];

/** Every simulation begins here, true time. */
export const BEGINNING = Date.UTC(2026, 10, 23, 12);

export type Script = {
  seed: number;
  stores: number;
  days: number;
  intervalMs: number;
  faults: readonly Fault[];
  weather: readonly WeatherEvent[];
  /** The operator has named a store of their own as a control. */
  operatorStore: boolean;
  /** Storms over a part of the sellers. */
  storms?: readonly PartialStorm[];
};

/** The real connector: its sites and calls are asked about, and nobody is called. */
export function realConnector(): Connector {
  const outbound = createOutbound({ hostsUrl: 'http://127.0.0.1:9/{host}', userAgent: 'Storekeeper-Bench/1.0' });
  return createRegistry({ outbound }).connector('amazon');
}

export function runCohort(script: Script, connector: Connector): Tally {
  return withSeededDice(script.seed, () => {
    const ledger = new Ledger(script);
    const fleet = { ...script, rows: connectedStores(script, connector) };
    const watch = new FleetWatch(fleet, { connector, from: BEGINNING, watching: ledger });
    ledger.follow(watch);
    const end = BEGINNING + script.days * DAY;
    watch.runTo(end);
    return ledger.tally(script.faults, { from: BEGINNING, to: end });
  });
}

type Wanted = Pick<Script, 'seed' | 'stores' | 'intervalMs' | 'faults'>;

/** Stores that have been connected for some months, their looks spread over the interval. */
export function connectedStores({ seed, stores, intervalMs, faults }: Wanted, connector: Connector): StoreRow[] {
  const dice = seededDice(seed + 1);
  const endsAt = new Map(faults.filter(({ kind }) => kind === 'year_over').map(({ store, from }) => [store, from]));
  const emptied = new Set(faults.filter(({ kind }) => kind === 'emptied').map(({ store }) => store));
  const well = aStore({ sites: SITES, everOk: EVER_OK, judgement: wellJudged(connector) });
  return Array.from({ length: stores }, (_, store) => {
    const lookedAt = Math.round(BEGINNING - dice() * intervalMs);
    const wouldEndAt = BEGINNING + (30 + dice() * 270) * DAY;
    const authorizedAt = (endsAt.get(store) ?? wouldEndAt) - GRANT_MS;
    return {
      ...well,
      id: String(store),
      sellerId: `A${store}SELLER`,
      // Only a list that always had rows can be missed; of the others nothing is said either way.
      rowsSeen: emptied.has(store) ? ['finances'] : [],
      authorizedAt,
      firstOkAt: authorizedAt,
      lastOkAt: lookedAt,
      lastLookAt: lookedAt,
      nextAt: lookedAt + intervalMs,
      createdAt: authorizedAt,
    };
  });
}

function wellJudged(connector: Connector): Judgement {
  const row = aStore({ sites: SITES, everOk: EVER_OK, authorizedAt: BEGINNING, firstOkAt: BEGINNING });
  const weather = {
    control: { lastOkAt: null, lastOkVia: null, lastRefusedAt: null, clearSince: null },
    app: { cause: null, since: null },
    share: { active: 0, failing: 0 },
  };
  const material = { row, observations: [], weather, deniedElsewhere: [], now: BEGINNING };
  return judge(judgeInput({ connector: () => connector }, material));
}
