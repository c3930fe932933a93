/** A database that stops working in one of several ways, and works again: PostgreSQL behind a proxy, SQLite by its statements. */
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { StatementSync } from 'node:sqlite';
import { openDatabase, type OpenDatabase } from '../../server/src/db/open.ts';
import { setReadOnly, type TestDatabase } from '../../server/src/db/testing.ts';

export type DatabaseFault = 'refused' | 'hung' | 'read-only' | 'full';

export type FailingDatabase = {
  /** The same database, reached by a way that can fail. */
  database: TestDatabase;
  faults: readonly DatabaseFault[];
  fail: (fault: DatabaseFault) => Promise<void>;
  mend: () => Promise<void>;
  close: () => Promise<void>;
};

/** Short, so that a test of a hung database does not wait for long. */
const PATIENCE = { connectMs: 400, answerMs: 400 };

/** `database` is opened on disk. */
export async function failing(database: TestDatabase): Promise<FailingDatabase> {
  return database.dialect === 'sqlite' ? failingSqlite(database) : failingPostgres(database);
}

function reached(database: TestDatabase, other: OpenDatabase): TestDatabase {
  return { ...database, ...other };
}

/** Result codes of SQLite: IOERR, READONLY, FULL. */
const RESULT_CODES: Partial<Record<DatabaseFault, number>> = { refused: 10, 'read-only': 8, full: 13 };

async function failingSqlite(database: TestDatabase): Promise<FailingDatabase> {
  const { all, run } = StatementSync.prototype;
  const mend = async () => {
    Object.assign(StatementSync.prototype, { all, run });
  };
  return {
    database,
    faults: ['refused', 'read-only', 'full'],
    async fail(fault) {
      const errcode = RESULT_CODES[fault] ?? 0;
      const failed = (statement: StatementSync) => {
        const isWrite = !/^\s*(select|begin|rollback)/i.test(statement.sourceSQL);
        return fault === 'refused' || isWrite;
      };
      const broken = (inner: typeof all | typeof run) =>
        function (this: StatementSync, ...values: never[]) {
          if (failed(this))
            throw Object.assign(new Error(`planted fault: ${fault}`), { errcode, code: 'ERR_SQLITE_ERROR' });
          return Reflect.apply(inner, this, values) as unknown;
        };
      Object.assign(StatementSync.prototype, { all: broken(all), run: broken(run) });
    },
    mend,
    close: mend,
  };
}

async function failingPostgres(database: TestDatabase): Promise<FailingDatabase> {
  const target = new URL(database.url);
  const proxy = await openProxy({ host: target.hostname, port: Number(target.port || 5432) });
  const url = new URL(database.url);
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  const other = await openDatabase({ url: url.href, dataDir: database.dataDir, poolSize: 4, patience: PATIENCE });
  const readOnly = async (on: boolean) => {
    await setReadOnly(database, on);
    proxy.cut();
  };
  const state = { readOnly: false };
  return {
    database: reached(database, other),
    faults: ['refused', 'hung', 'read-only'],
    async fail(fault) {
      if (fault === 'refused') await proxy.refuse();
      else if (fault === 'hung') proxy.hang();
      else {
        state.readOnly = true;
        await readOnly(true);
      }
    },
    async mend() {
      if (state.readOnly) await readOnly(false);
      state.readOnly = false;
      await proxy.pass();
    },
    async close() {
      if (state.readOnly) await readOnly(false);
      await proxy.pass();
      await other.close();
      await proxy.close();
    },
  };
}

async function openProxy(to: { host: string; port: number }) {
  const sockets = new Set<Socket>();
  const state = { hung: false };
  const accept = (client: Socket): void => {
    const server = dial(to.port, to.host);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(one);
      one.on('data', (chunk) => (state.hung ? undefined : other.write(chunk)));
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  };
  const listen = (port: number): Promise<Server> =>
    new Promise((resolve) => {
      const server = createServer(accept).listen(port, '127.0.0.1', () => resolve(server));
    });
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  let server: Server | null = await listen(0);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const refuse = () =>
    new Promise<void>((resolve) => {
      const open = server;
      server = null;
      cut();
      if (open === null) resolve();
      else open.close(() => resolve());
    });
  return {
    port,
    cut,
    refuse,
    hang() {
      state.hung = true;
    },
    async pass() {
      // What was sent into the silence is lost, as on a network that was parted.
      if (state.hung) cut();
      state.hung = false;
      server ??= await listen(port);
    },
    async close() {
      cut();
      await refuse();
    },
  };
}
