/** A way into the emulated marketplace without a socket: the same front that stands behind its doors, handed requests and answers. */
import { IncomingMessage, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { createClock } from '../../emulator/src/clock.ts';
import { createFaults } from '../../emulator/src/faults/faults.ts';
import { createFront } from '../../emulator/src/front.ts';
import { createRequestLog } from '../../emulator/src/log/requestLog.ts';
import { loginWithAmazon } from '../../emulator/src/lwa/part.ts';
import { marketplaceWebService } from '../../emulator/src/mws/part.ts';
import { sandbox } from '../../emulator/src/sandbox/part.ts';
import { sellerCentral } from '../../emulator/src/seller-central/part.ts';
import { sellingPartnerApi } from '../../emulator/src/spapi/part.ts';
import { simpleQueueService } from '../../emulator/src/sqs/part.ts';
import { createStage, type Stage } from '../../emulator/src/stage.ts';
import { createIssuer } from '../../emulator/src/state/issue.ts';
import type { World } from '../../emulator/src/world/schema.ts';

export type Asked = { host: string; target: string; method: string; headers: Record<string, string>; body: string };

/** `cut`: the connection ended inside the answer. */
export type Answered =
  | { kind: 'answer'; status: number; headers: Record<string, string>; body: Buffer; cut: boolean }
  | { kind: 'dropped' };

export type Marketplace = { stage: Stage; ask: (asked: Asked) => Promise<Answered> };

const PARTS = {
  lwa: loginWithAmazon,
  spapi: sellingPartnerApi,
  sandbox,
  'seller-central': sellerCentral,
  retail: sellerCentral,
  mws: marketplaceWebService,
  sqs: simpleQueueService,
};

/** The emulated Amazon of one simulation; `now` is the clock of its machine. */
export function openDoor(world: World, { seed, now }: { seed: string; now: () => number }): Marketplace {
  const stage = createStage({
    world,
    clock: createClock(undefined, now),
    issue: createIssuer(seed),
    faults: createFaults(),
    log: createRequestLog(),
  });
  const front = createFront(stage, PARTS, () => 'http://market.test');
  return {
    stage,
    ask: (asked) =>
      new Promise((resolve) => {
        const address = { host: asked.host, target: asked.target, door: 'plain' as const };
        front.handle(address, requestOf(asked), new Answer(resolve).asResponse());
      }),
  };
}

const NOWHERE = new Socket();

function requestOf({ method, target, headers, body }: Asked): IncomingMessage {
  const request = new IncomingMessage(NOWHERE);
  Object.assign(request, { method, url: target, headers, complete: true });
  if (body !== '') request.push(Buffer.from(body));
  request.push(null);
  return request;
}

/** As much of a response as the front uses. */
class Answer {
  readonly #end: (answered: Answered) => void;
  #head: { status: number; headers: Record<string, string> } | null = null;
  readonly #chunks: Buffer[] = [];
  destroyed = false;

  constructor(end: (answered: Answered) => void) {
    this.#end = end;
  }

  asResponse(): ServerResponse {
    return this as unknown as ServerResponse;
  }

  get headersSent(): boolean {
    return this.#head !== null;
  }

  writeHead(status: number, headers: Record<string, string | number | string[]>): this {
    this.#head = {
      status,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])),
    };
    return this;
  }

  write(chunk: Buffer, written: () => void): void {
    this.#chunks.push(chunk);
    written();
  }

  end(chunk?: Buffer): void {
    if (chunk) this.#chunks.push(chunk);
    this.#finish(false);
  }

  destroy(): void {
    this.destroyed = true;
    this.#finish(true);
  }

  once(): void {}

  off(): void {}

  #finish(cut: boolean): void {
    this.#end(
      this.#head === null
        ? { kind: 'dropped' }
        : { kind: 'answer', ...this.#head, body: Buffer.concat(this.#chunks), cut },
    );
  }
}
