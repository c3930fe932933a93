/**
 * The seller's last necessary click, and then: how long until the store is green, never coming back to us. The real loop,
 * verbs and database against the emulated marketplace, in real time.
 */
import { enable, reauthorize, timesToGreen, type Act } from '../../tests/support/putting-right.ts';
import { brokenFleet, openDialogs, verdictsOf } from '../../tests/support/repairing.ts';
import { APP_ID, type Market } from '../../tests/support/market.ts';
import { sellerId } from '../../tests/support/worlds.ts';
import { summarized, type Result } from './result.ts';
import { table } from './table.ts';

/** The first dialog was opened so long ago when the first seller acts: all are inside the 75 quick seconds. */
const DIALOGS_APART = 'PT8S';
const LIMIT_S = 5;

type Way = { name: string; breaks: (market: Market, n: number) => Promise<unknown>; acts: Act; spreadMs: number };

const act = (market: Market, n: number, action: string) =>
  market.control('POST', `/_/grants/${sellerId(n)}/${APP_ID}`, { action });

const WAYS: Way[] = [
  {
    name: 'access switched on again at Amazon',
    async breaks(market, n) {
      await market.control('PATCH', `/_/apps/${APP_ID}`, { revivesOldToken: true });
      await act(market, n, 'disable');
    },
    acts: enable,
    spreadMs: 5_000,
  },
  {
    name: 'the ended year renewed at Amazon',
    breaks: (market, n) => act(market, n, 'expire'),
    acts: reauthorize,
    spreadMs: 4_000,
  },
];

export async function benchGreen({ quick }: { quick: boolean }): Promise<{ results: Result[]; text: string }> {
  const results: Result[] = [];
  for (const way of WAYS) results.push(await measure(way, quick ? 2 : 9));
  const rows = results.map(({ name, median, min, max, runs }) => [name, median, min, max, runs] as const);
  return {
    results,
    text: table('Seconds from the last necessary click to green, never returning', [
      ['way', 'median', 'least', 'most', 'stores'],
      ...rows,
    ]),
  };
}

async function measure({ name, breaks, acts, spreadMs }: Way, stores: number): Promise<Result> {
  const fleet = await brokenFleet(stores, breaks);
  try {
    await openDialogs(fleet, DIALOGS_APART);
    const times = await timesToGreen(fleet, acts, spreadMs);
    const verdicts = await verdictsOf(fleet);
    if (verdicts.some((verdict) => verdict !== 'connected')) throw new Error(`not all are green: ${verdicts.join()}`);
    const values = times.map((ms) => ms / 1_000);
    return summarized(`judge/green, ${name}`, { values, unit: 's', limit: LIMIT_S });
  } finally {
    await fleet.stop();
  }
}
