/**
 * The network between the server and the marketplace: every request and every answer travels for as long as the dice say,
 * may be lost on either way, may arrive twice, and overtakes others. Whoever hung up hears nothing any more.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Dispatcher } from 'undici';
import type { Dice } from './dice.ts';
import type { Answered, Asked, Marketplace } from './door.ts';
import { newLife, type Life, type Machine } from './machine.ts';

/** How bad it is: probabilities by message, and true while nothing leaves our own machine. */
export type Conditions = { requestLost: number; answerLost: number; twice: number; crawls: number; ownDown: boolean };

export const CALM: Conditions = { requestLost: 0, answerLost: 0, twice: 0, crawls: 0, ownDown: false };

/** Set while a store is asked for a neighbour's sake, as a witness of the weather. */
export const asWitness = new AsyncLocalStorage<true>();

/** One call, as those see it who watch the network. */
export type Call = Asked & { life: Life; at: number; forNeighbour: boolean };

export type Onlooker = {
  left: (call: Call) => void;
  /** The marketplace has just answered; the answer is on its way, or lost. */
  served: (call: Call, answered: Answered) => void;
  /** Nobody waits for it any more: answered, given up, or the caller is gone. */
  over: (call: Call) => void;
};

export type Network = { wire: () => Dispatcher; conditions: Conditions };

type Setting = { machine: Machine; dice: Dice; marketplace: Marketplace; onlooker: Onlooker };

export function openNetwork(setting: Setting): Network {
  const network: Network = { wire: () => new Wire({ ...setting, network }), conditions: CALM };
  return network;
}

const MARKETPLACE = newLife('the marketplace');

type Travel = { there: number; back: number; reaches: boolean; twice: boolean; returns: boolean };

/** What the client of the server hands its requests to, in place of a pool of connections. */
class Wire extends Dispatcher {
  readonly #setting: Setting & { network: Network };

  constructor(setting: Setting & { network: Network }) {
    super();
    this.#setting = setting;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const { machine, onlooker } = this.#setting;
    const call: Call = {
      ...askedIn(options),
      life: machine.current(),
      at: machine.now(),
      forNeighbour: asWitness.getStore() ?? false,
    };
    const line = new Line(handler, () => onlooker.over(call));
    call.life.mourners.push(() => line.hangUp());
    handler.onRequestStart?.(line, null);
    void this.#carry(call, line);
    return true;
  }

  async #carry(call: Call, line: Line): Promise<void> {
    const { machine, marketplace, onlooker, network } = this.#setting;
    await machine.step(`before the call of ${call.host}${call.target.split('?')[0]}`);
    if (line.aborted) return;
    onlooker.left(call);
    const travel = this.#travelOf();
    if (network.conditions.ownDown) {
      machine.after(travel.there, () => line.fail('ECONNREFUSED'));
      return;
    }
    const arrive = async (): Promise<void> => {
      const answered = await marketplace.ask(call);
      onlooker.served(call, answered);
      if (travel.returns) machine.after(travel.back, () => void this.#deliver(call, { line, answered }));
    };
    machine.start(MARKETPLACE, () => {
      if (travel.reaches) machine.after(travel.there, () => void arrive());
      // The second of two is answered as well; whoever hears two answers takes the first.
      if (travel.twice) machine.after(travel.there + travel.back, () => void arrive());
    });
    // Whoever's request or answer is lost hears of it at some time, if their own patience does not end before.
    if (!travel.reaches || !travel.returns)
      machine.after(travel.there + 5 * travel.back, () => line.fail('ECONNRESET'));
  }

  #travelOf(): Travel {
    const { dice, network } = this.#setting;
    const { requestLost, answerLost, twice, crawls } = network.conditions;
    const pace = dice.chance(crawls) ? 4_000 : 60;
    return {
      there: Math.ceil(dice.wait(pace)),
      back: Math.ceil(dice.wait(pace)),
      reaches: !dice.chance(requestLost),
      twice: dice.chance(twice),
      returns: !dice.chance(answerLost),
    };
  }

  async #deliver(call: Call, { line, answered }: { line: Line; answered: Answered }): Promise<void> {
    const { machine } = this.#setting;
    if (line.aborted) return;
    await machine.start(call.life, () => machine.step(`after the call of ${call.host}${call.target.split('?')[0]}`));
    if (answered.kind === 'dropped') line.fail('ECONNRESET');
    else line.give(answered);
  }
}

function askedIn({ path, method, headers, body }: Dispatcher.DispatchOptions): Asked {
  const [, host = '', target = '/'] = /^\/([^/]*)(.*)$/s.exec(path) ?? [];
  const named = headers as Record<string, string>;
  const lower = Object.fromEntries(Object.entries(named).map(([name, value]) => [name.toLowerCase(), value]));
  return { host, target, method, headers: lower, body: typeof body === 'string' ? body : '' };
}

/** The open end of one call. */
class Line implements Dispatcher.DispatchController {
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #over: () => void;
  readonly #asCaller = AsyncLocalStorage.snapshot();
  aborted = false;
  paused = false;
  reason: Error | null = null;

  constructor(handler: Dispatcher.DispatchHandler, over: () => void) {
    this.#handler = handler;
    this.#over = over;
  }

  abort(reason: Error): void {
    this.#end(reason);
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  fail(code: string): void {
    this.#end(Object.assign(new Error(`The connection ended: ${code}`), { code }));
  }

  /** The caller is gone: it hears nothing. */
  hangUp(): void {
    if (this.aborted) return;
    this.aborted = true;
    this.#over();
  }

  give(answered: Extract<Answered, { kind: 'answer' }>): void {
    if (this.aborted) return;
    this.aborted = true;
    this.#over();
    this.#asCaller(() => {
      this.#handler.onResponseStart?.(this, answered.status, answered.headers, '');
      if (answered.body.length > 0) this.#handler.onResponseData?.(this, answered.body);
      if (answered.cut) this.#handler.onResponseError?.(this, new Error('The connection ended inside the answer.'));
      else this.#handler.onResponseEnd?.(this, {});
    });
  }

  #end(reason: Error): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    this.#over();
    this.#asCaller(() => this.#handler.onResponseError?.(this, reason));
  }
}
