/**
 * One simulated day under one seed: server, marketplace and database in this process. In the first hours the network, the
 * marketplace, the operator's secret, the sellers and the processes themselves go wrong as the dice say; then nothing does,
 * and within a bound every store is green. The same seed is the same day, to the last event.
 */
import { PATIENCE_MS as OPAQUE_MS } from '../../server/src/core/patience.ts';
import { Secret } from '../../server/src/core/secret.ts';
import { beginIdsAnew } from '../../server/src/db/ids.ts';
import { migrate } from '../../server/src/db/migrate.ts';
import { openDatabase, type OpenDatabase } from '../../server/src/db/open.ts';
import { newestSession, readSession } from '../../server/src/db/sessions.ts';
import { readStore, type StoreRow } from '../../server/src/db/stores.ts';
import { aVault } from '../../server/src/db/testing-rows.ts';
import { MailProblem, type Transport } from '../../server/src/outbox/transport.ts';
import { Crowd } from '../../server/src/stores/crowd.ts';
import { eventHash, openBooks, type Books, type Counts } from './books.ts';
import { NO_BUG, type Bug } from './bugs.ts';
import { openDoor } from './door.ts';
import { openLedger, type Ledger } from './ledger.ts';
import { createMachine, lendMachines, newLife, type Machine } from './machine.ts';
import { openSellerCentral } from './market-people.ts';
import { openNetwork } from './network.ts';
import { liveByDiagnosis, liveByWhim, replaceSecretOnce, type Named } from './people.ts';
import { notRecovered } from './recovery.ts';
import { auditAccounts, watchSafety, type Safety } from './safety.ts';
import { shopOn, startServer, type Ground, type Server } from './server.ts';
import { APP_ID, emailOf, foundTown, settle, START, type Citizen, type Town } from './town.ts';
import { createAsk, createVisits } from './visits.ts';
import { turnWeather } from './weather.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Bad times last until then. */
const BAD_UNTIL = START + 3 * HOUR;
const PATIENCE_MS = 10 * MINUTE;
/** After them everything is well within this and one interval: a refusal without a reason alarms its seller late. */
const WELL_WITHIN_MS = OPAQUE_MS + 6 * HOUR;

export type Outcome = {
  seed: string;
  /** SHA-256 over every event and mail. */
  hash: string;
  /** Nothing is fine. */
  wrong: string[];
  story: string[];
  counts: Counts;
};

export async function simulate(seed: string, bug: Bug = NO_BUG): Promise<Outcome> {
  const giveBack = lendMachines();
  const database = await openDatabase({ url: 'sqlite::memory:', dataDir: '/tmp' });
  try {
    await migrate(database);
    return await new Day(database, seed, bug).live();
  } finally {
    await database.close();
    giveBack();
  }
}

class Day {
  readonly #database: OpenDatabase;
  readonly #seed: string;
  readonly #bug: Bug;
  readonly #machine: Machine;
  readonly #books: Books;
  readonly #world = newLife('the world');
  readonly #written = new Set<string>();
  readonly #servers = new Map<number, Server>();
  #safety: Safety | null = null;
  #dueAt: number | null = null;
  #lives = 0;

  constructor(database: OpenDatabase, seed: string, bug: Bug) {
    this.#database = database;
    this.#seed = seed;
    this.#bug = bug;
    const dueAt = dueIn(database);
    this.#machine = createMachine(seed, {
      start: START,
      watching: {
        nextDue: async () => (this.#dueAt ??= await dueAt(this.#machine.now())),
        afterStep: () => this.#afterStep(),
      },
    });
    this.#books = openBooks(this.#machine.now);
  }

  live(): Promise<Outcome> {
    return this.#machine.start(this.#world, () => this.#live());
  }

  async #live(): Promise<Outcome> {
    const books = this.#books;
    const machine = this.#machine;
    // What a store draws by its id must not depend on the days that were simulated before this one.
    beginIdsAnew();
    const town = foundTown(machine.dice('town'));
    books.counts.stores = town.citizens.length;
    const { ground, ledger, stage } = this.#build(town);
    await settle(unwatched(ground, this.#world, this.#database), town, machine.dice('beginning'));
    await this.#safety?.check(new Set(['store', 'credential']));
    this.#populate(town, { ground, ledger, stage });
    await machine.runTo(BAD_UNTIL);
    books.tell('from here on nothing goes wrong any more');
    await this.#recover(WELL_WITHIN_MS + town.intervalMs);
    await auditAccounts(this.#database, books.complain);
    books.counts.steps = machine.taken();
    const { hash, story } = await eventHash(this.#database, books);
    return { seed: this.#seed, hash, wrong: books.wrong, story, counts: books.counts };
  }

  /** Looks every few minutes whether all is well; what is not by the end of the time is wrong. */
  async #recover(withinMs: number): Promise<void> {
    const machine = this.#machine;
    for (;;) {
      await machine.runTo(machine.now() + PATIENCE_MS);
      const left = [...(await notRecovered(this.#database, machine.now())), ...(this.#safety?.lost() ?? [])];
      this.#books.counts.minutesToWell = (machine.now() - BAD_UNTIL) / MINUTE;
      if (left.length === 0) return;
      if (machine.now() >= BAD_UNTIL + withinMs) return left.forEach(this.#books.complain);
    }
  }

  async #afterStep(): Promise<void> {
    if (this.#written.size === 0) return;
    const tables = new Set(this.#written);
    this.#written.clear();
    await this.#safety?.check(tables);
  }

  #build(town: Town): Built {
    const machine = this.#machine;
    const { counts, complain } = this.#books;
    const marketplace = openDoor(town.world, { seed: this.#seed, now: machine.now });
    const { stage } = marketplace;
    const ledger = openLedger({ amazon: () => stage.amazon, applicationId: APP_ID, now: machine.now });
    ledger.note();
    const vault = aVault();
    const noticedWithinMs = 1.2 * town.intervalMs + 15 * MINUTE;
    const safety = watchSafety({
      database: this.#database,
      vault,
      ledger,
      now: machine.now,
      noticedWithinMs,
      wrong: complain,
    });
    this.#safety = safety;
    const network = openNetwork({
      machine,
      dice: machine.dice('network'),
      marketplace,
      onlooker: {
        left(call) {
          counts.calls += 1;
          safety.callLeft(call);
        },
        served(call, answered) {
          if (call.target.startsWith('/auth/o2/token')) ledger.note();
          if (answered.kind === 'answer' && answered.body.includes('The emulator failed.'))
            complain(`the emulator itself failed at ${call.target}`);
        },
        over: safety.callOver,
      },
    });
    const ground: Ground = {
      machine,
      database: this.#database,
      vault,
      network,
      transport: this.#transport(safety),
      apps: [town.app],
      intervalMs: town.intervalMs,
      contactOf: emailOf,
      written: (tables, by) => {
        this.#dueAt = null;
        if (by === 'transaction') for (const table of tables) this.#written.add(table);
      },
      erred: (message, fields) => complain(`the log says: ${message} ${JSON.stringify(fields)}`),
      bug: this.#bug.inShop,
    };
    return { ground, ledger, stage };
  }

  #isBad(): boolean {
    return this.#machine.now() < BAD_UNTIL;
  }

  /** Mails that leave are out of our hands; a process may die just before or after, and the mail server may be away. */
  #transport(safety: Safety): Transport {
    const machine = this.#machine;
    const dice = machine.dice('mail');
    return {
      send: async (mail) => {
        await machine.step('before a mail leaves');
        if (this.#isBad() && dice.chance(0.1)) throw new MailProblem(dice.pick(['server', 'mail']), 'Not now.');
        await safety.mailLeaves(mail);
        this.#books.mail(mail);
        await machine.sleep(Math.ceil(dice.wait(300)));
        await machine.step('after a mail left');
      },
      close: () => undefined,
    };
  }

  #populate(town: Town, { ground, ledger, stage }: Built): void {
    const machine = this.#machine;
    const { tell, complain } = this.#books;
    for (let slot = 0; slot < town.servers; slot += 1) this.#begin(slot, ground);
    const who = machine.dice('who serves');
    const pick = (): Server | null => (this.#servers.size === 0 ? null : who.pick([...this.#servers.values()]));
    const sellerCentral = openSellerCentral(stage, ledger.note);
    const people = {
      machine,
      visits: createVisits({ ask: createAsk({ machine, wrong: complain, pick }), sellerCentral }),
      sellerCentral,
      citizens: town.citizens,
      storeOf: (citizen: Citizen) => storeOf(this.#database, citizen),
      lastRefusal: (store: StoreRow) => lastRefusal(this.#database, store),
      lastToken: (citizen: Citizen) => ledger.lastIssued(citizen.sellerId),
      tell,
      wrong: complain,
    };
    for (const citizen of town.citizens) {
      const dice = machine.dice(`seller ${citizen.n}`);
      this.#inBackground(citizen.name, async () => {
        await liveByWhim(people, { citizen, dice, until: BAD_UNTIL });
        await liveByDiagnosis(people, { citizen, dice });
      });
    }
    const { network } = ground;
    this.#inBackground('the weather', () =>
      turnWeather({ machine, dice: machine.dice('weather'), stage, network, town, until: BAD_UNTIL, tell }),
    );
    const dice = machine.dice('operator');
    if (dice.chance(0.5)) {
      const old = town.app.clientSecret.reveal();
      const take = (next: string): void => {
        ground.apps = [{ ...town.app, clientSecret: new Secret(next) }];
      };
      this.#inBackground('the operator', () => replaceSecretOnce(people, { dice, until: BAD_UNTIL, old, take }));
    }
  }

  /** A process; where it dies another one takes its place after a while. */
  #begin(slot: number, ground: Ground): void {
    const machine = this.#machine;
    this.#lives += 1;
    const dice = machine.dice(`life ${this.#lives}`);
    const span = dice.wait(dice.pick([300, 2_500, 8_000]));
    const life = newLife(
      `process ${this.#lives}`,
      (where) => this.#isBad() && (life.steps > span || isDeadly(where, dice.roll)),
    );
    life.mourners.push(() => {
      this.#servers.delete(slot);
      this.#books.counts.deaths += 1;
      this.#safety?.someoneDied();
      this.#books.tell(`${life.name} died after ${life.steps} steps`);
      machine.start(this.#world, () => machine.after(dice.between(2, 150) * SECOND, () => this.#begin(slot, ground)));
    });
    this.#servers.set(slot, startServer(ground, life));
  }

  #inBackground(name: string, live: () => Promise<void>): void {
    this.#machine.start(newLife(name), () => {
      live().catch((error: unknown) =>
        this.#books.complain(`${name} failed: ${error instanceof Error ? error.stack : String(error)}`),
      );
    });
  }
}

type Built = { ground: Ground; ledger: Ledger; stage: ReturnType<typeof openDoor>['stage'] };

/** Where most is at stake processes die more often: between a token that was given and the commit that keeps it. */
function isDeadly(where: string, roll: () => number): boolean {
  return /^after the call of .*\/token$|credential|outbox|mail/.test(where) && roll() < 0.03;
}

/** The verbs for the beginning: they take no steps, because nothing moves yet. */
function unwatched(ground: Ground, life: ReturnType<typeof newLife>, db: OpenDatabase) {
  const { now } = ground.machine;
  return { ...shopOn(ground, life), db, crowd: new Crowd({ db, now }) };
}

/** Tells before which instant no row can be claimed. Asked at every step, so its questions are written once. */
function dueIn({ db }: OpenDatabase): (now: number) => Promise<number> {
  const questions = (['store', 'connect_session', 'outbox'] as const).map((table) =>
    db
      .selectFrom(table)
      .where('next_at', 'is not', null)
      .select(({ fn, ref, ...eb }) => {
        const free = eb.case().when('lease_until', '>', 0).then(ref('lease_until')).else(ref('next_at')).end();
        return fn.min<number | null>(free).as('at');
      })
      .compile(),
  );
  return async (now) => {
    const dues = questions.map((question) =>
      db.executeQuery<{ at: number | null }>({ ...question, parameters: [now] }),
    );
    const found = (await Promise.all(dues)).flatMap(({ rows }) => rows);
    return Math.min(...found.map(({ at }) => at ?? Infinity));
  };
}

/** As the dialog has it: the session of the open repair, else the last one. */
async function lastRefusal({ db }: OpenDatabase, { accountId, id, repair }: StoreRow): Promise<Named | null> {
  const session = repair
    ? await readSession(db, { accountId, id: repair.sessionId })
    : await newestSession(db, { storeId: id });
  return session?.status === 'failed' ? session.diagnosis : null;
}

async function storeOf({ db }: OpenDatabase, { accountId, name }: Citizen): Promise<StoreRow | null> {
  const found = await db
    .selectFrom('store')
    .select('id')
    .where('account_id', '=', accountId)
    .where('name', '=', name)
    .where('phase', '<>', 'closed')
    .orderBy('created_at', 'desc')
    .executeTakeFirst();
  return found ? readStore(db, { accountId, id: found.id }) : null;
}
