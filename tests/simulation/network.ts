/**
 * The network between the server and the marketplace: every request and every answer travels for as long as the dice say,
 * may be lost on either way, may arrive twice, and overtakes others. Whoever hung up hears nothing any more.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Carrier } from '../../server/src/connectors/outbound.ts';
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

export type Network = { wire: () => Carrier; conditions: Conditions };

type Setting = { machine: Machine; dice: Dice; marketplace: Marketplace; onlooker: Onlooker };

export function openNetwork(setting: Setting): Network {
  const network: Network = { wire: () => new Wire({ ...setting, network }), conditions: CALM };
  return network;
}

const MARKETPLACE = newLife('the marketplace');

type Travel = { there: number; back: number; reaches: boolean; twice: boolean; returns: boolean };

type Options = Parameters<Carrier['request']>[0];
type Heard = Awaited<ReturnType<Carrier['request']>>;

/** What the client of the server hands its requests to, in place of a pool of connections. */
class Wire implements Carrier {
  readonly #setting: Setting & { network: Network };

  constructor(setting: Setting & { network: Network }) {
    this.#setting = setting;
  }

  request(options: Options): Promise<Heard> {
    const { machine, onlooker } = this.#setting;
    const forNeighbour = asWitness.getStore() ?? false;
    const call: Call = { ...askedIn(options), life: machine.current(), at: machine.now(), forNeighbour };
    const line = new Line(() => onlooker.over(call));
    call.life.mourners.push(() => line.hangUp());
    if (options.signal instanceof AbortSignal)
      options.signal.addEventListener('abort', () => line.fail('ABORTED'), { once: true });
    void this.#carry(call, line);
    return line.heard;
  }

  destroy(): Promise<void> {
    return Promise.resolve();
  }

  async #carry(call: Call, line: Line): Promise<void> {
    const { machine, marketplace, onlooker, network } = this.#setting;
    await machine.step(`before the call of ${call.host}${call.target.split('?')[0]}`);
    if (line.closed) return;
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
    if (line.closed) return;
    await machine.start(call.life, () => machine.step(`after the call of ${call.host}${call.target.split('?')[0]}`));
    if (answered.kind === 'dropped') line.fail('ECONNRESET');
    else line.give(answered);
  }
}

function askedIn({ path, method, headers, body }: Options): Asked {
  const [, host = '', target = '/'] = /^\/([^/]*)(.*)$/s.exec(path) ?? [];
  const named = Object.entries((headers ?? {}) as Record<string, string>);
  const lower = Object.fromEntries(named.map(([name, value]) => [name.toLowerCase(), value]));
  return { host, target, method, headers: lower, body: typeof body === 'string' ? body : '' };
}

/** The open end of one call. */
class Line {
  readonly heard: Promise<Heard>;
  readonly #hear: { resolve: (heard: Heard) => void; reject: (error: Error) => void };
  readonly #over: () => void;
  closed = false;

  constructor(over: () => void) {
    const { promise, resolve, reject } = Promise.withResolvers<Heard>();
    this.heard = promise;
    this.#hear = { resolve, reject };
    this.#over = over;
  }

  /** The caller is gone: it hears nothing. */
  hangUp(): void {
    this.#close(() => undefined);
  }

  fail(code: string): void {
    this.#close(() => this.#hear.reject(Object.assign(new Error(`The connection ended: ${code}`), { code })));
  }

  give({ status, headers, body, cut }: Extract<Answered, { kind: 'answer' }>): void {
    this.#close(() => this.#hear.resolve({ statusCode: status, headers, body: bodyOf(body, cut) }));
  }

  #close(tell: () => void): void {
    if (this.closed) return;
    this.closed = true;
    this.#over();
    tell();
  }
}

async function* bodyOf(body: Buffer, cut: boolean): AsyncIterable<Buffer> {
  if (body.length > 0) yield body;
  if (cut) throw new Error('The connection ended inside the answer.');
}
