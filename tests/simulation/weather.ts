/** Bad times, all of them over at one instant: at the marketplace (by the emulator's own faults), on the way, at the operator's. */
import { faultSchema, type FaultKind } from '../../emulator/src/faults/faults.ts';
import type { Stage } from '../../emulator/src/stage.ts';
import type { Dice } from './dice.ts';
import type { Machine } from './machine.ts';
import { CALM, type Network } from './network.ts';
import type { Town } from './town.ts';

const MINUTE = 60_000;

type Skies = {
  machine: Machine;
  dice: Dice;
  stage: Stage;
  network: Network;
  town: Town;
  until: number;
  tell: (what: string) => void;
};

/** Lets the weather turn until `until`; every spell ends by then. */
export async function turnWeather(skies: Skies): Promise<void> {
  const { machine, dice, until, stage, network } = skies;
  network.conditions = dice.chance(0.8)
    ? {
        requestLost: dice.between(0, 0.02),
        answerLost: dice.between(0, 0.02),
        twice: dice.between(0, 0.02),
        crawls: dice.between(0, 0.04),
        ownDown: false,
      }
    : CALM;
  for (;;) {
    await machine.sleep(dice.wait(35 * MINUTE));
    if (machine.now() >= until) break;
    const end = Math.min(until, machine.now() + dice.between(MINUTE, 40 * MINUTE));
    if (dice.chance(0.15)) await loseNetwork(skies, end);
    else spell(skies, end);
  }
  stage.faults.clear();
  network.conditions = CALM;
}

async function loseNetwork({ machine, network, tell }: Skies, end: number): Promise<void> {
  tell('our own network is down');
  const before = network.conditions;
  network.conditions = { ...before, ownDown: true };
  await machine.sleep(end - machine.now());
  network.conditions = before;
}

/** A refusal in the sellers' own name strikes a whole region: what strikes one seller alone is that seller's. */
const FOR_ALL = ['auth_incident'] as const;
const FOR_ANYBODY = ['outage', 'throttle', 'html_503', 'slow', 'drop_response', 'truncate', 'unknown_answer'] as const;

function spell({ machine, dice, stage, town, tell }: Skies, end: number): void {
  const forAll = dice.chance(0.3);
  const kind: FaultKind = forAll ? dice.pick(FOR_ALL) : dice.pick(FOR_ANYBODY);
  const match = forAll
    ? {}
    : dice.pick([
        {},
        { host: 'api.amazon.com' },
        { host: `sellingpartnerapi-${dice.pick(['eu', 'na'])}.amazon.com` },
        { share: dice.between(0.2, 0.8) },
        { sellerId: dice.pick(town.citizens).sellerId },
        { operation: dice.pick(['token', 'getMarketplaceParticipations', 'listFinancialEventGroups']) },
      ]);
  const until = new Date(end).toISOString();
  stage.faults.add(`spell ${machine.now()}`, faultSchema.parse({ match, answer: { kind }, until }));
  tell(`the marketplace: ${kind} for ${JSON.stringify(match)} until ${until}`);
}
