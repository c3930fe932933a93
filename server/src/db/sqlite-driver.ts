/**
 * Kysely on node:sqlite. Reads go to a connection of their own and never wait; everything that writes takes its turn on
 * the one writing connection, as a single statement or as a transaction that began with `begin immediate`.
 */
import {
  CompiledQuery,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  createQueryId,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryCompiler,
  type QueryResult,
} from 'kysely';
import { asOutage } from '../database-outage.ts';
import { isInsideTransaction } from './inside.ts';
import { isBusy, type Answered, type SqliteConnection } from './sqlite-connection.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTurns } from './turn.ts';

type Engine = { writer: SqliteConnection; reader: SqliteConnection; takeTurn: () => Promise<() => void> };

/** Several logical connections share the writer, so Kysely need not queue them itself. */
class TurnTakingAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

/** `reader` may be the writer itself (a database in memory). */
export function createSqliteDialect(connections: { writer: SqliteConnection; reader: SqliteConnection }): Dialect {
  const engine: Engine = { ...connections, takeTurn: createTurns() };
  return {
    createDriver: () => new SqliteTurnDriver(engine),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new TurnTakingAdapter(),
    createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
  };
}

class SqliteTurnDriver implements Driver {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async init(): Promise<void> {}

  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(new LogicalConnection(this.#engine));
  }

  beginTransaction(connection: DatabaseConnection): Promise<void> {
    return logical(connection).begin();
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    logical(connection).commit();
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    logical(connection).rollback();
  }

  async savepoint(connection: DatabaseConnection, name: string, compile: QueryCompiler['compileQuery']): Promise<void> {
    await connection.executeQuery(savepointQuery('savepoint', name, compile));
  }

  async rollbackToSavepoint(
    connection: DatabaseConnection,
    name: string,
    compile: QueryCompiler['compileQuery'],
  ): Promise<void> {
    await connection.executeQuery(savepointQuery('rollback to', name, compile));
  }

  async releaseSavepoint(
    connection: DatabaseConnection,
    name: string,
    compile: QueryCompiler['compileQuery'],
  ): Promise<void> {
    await connection.executeQuery(savepointQuery('release', name, compile));
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    logical(connection).end();
  }

  async destroy(): Promise<void> {
    const end = await this.#engine.takeTurn();
    if (this.#engine.reader !== this.#engine.writer) this.#engine.reader.close();
    this.#engine.writer.close();
    end();
  }
}

/** What Kysely holds while it runs one query or one transaction. */
class LogicalConnection implements DatabaseConnection {
  readonly #engine: Engine;
  #endTurn: (() => void) | null = null;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async begin(): Promise<void> {
    const endTurn = await this.#engine.takeTurn();
    try {
      await whenFree(() => this.#engine.writer.run('begin immediate', []));
    } catch (error) {
      endTurn();
      throw asOutage(error);
    }
    this.#endTurn = endTurn;
  }

  commit(): void {
    try {
      this.#engine.writer.run('commit', []);
    } catch (error) {
      throw asOutage(error);
    }
    this.end();
  }

  rollback(): void {
    try {
      this.#engine.writer.run('rollback', []);
    } catch {
      // SQLite rolls back by itself on a full disk or an I/O error: there is nothing left to undo.
    } finally {
      this.end();
    }
  }

  end(): void {
    this.#endTurn?.();
    this.#endTurn = null;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    try {
      return await this.#execute<R>(query);
    } catch (error) {
      throw asOutage(error);
    }
  }

  async #execute<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#endTurn) return resultOf(this.#engine.writer.run(query.sql, query.parameters));
    if (isRead(query)) return resultOf(this.#engine.reader.run(query.sql, query.parameters));
    if (isInsideTransaction()) {
      throw new Error(
        'A write beside the open transaction would wait for it for ever: use the transaction (tx) instead',
      );
    }
    const endTurn = await this.#engine.takeTurn();
    try {
      return resultOf(await whenFree(() => this.#engine.writer.run(query.sql, query.parameters)));
    } finally {
      endTurn();
    }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    const connection = this.#endTurn ? this.#engine.writer : this.#engine.reader;
    for (const row of connection.iterate(query.sql, query.parameters)) yield { rows: [row as R] };
  }
}

/** Another process (a tool beside the server) writes for milliseconds at a time: then this one tries again, up to ten seconds. */
const PATIENCE_MS = 10_000;
const STEP_MS = 3;

async function whenFree(run: () => Answered): Promise<Answered> {
  for (let waited = 0; ; waited += STEP_MS) {
    try {
      return run();
    } catch (error) {
      if (!isBusy(error) || waited >= PATIENCE_MS) throw error;
      await sleep(STEP_MS);
    }
  }
}

function logical(connection: DatabaseConnection): LogicalConnection {
  if (connection instanceof LogicalConnection) return connection;
  throw new TypeError('This connection belongs to another driver');
}

function resultOf<R>({ rows, changes, lastId }: Answered): QueryResult<R> {
  return { rows: rows as R[], numAffectedRows: BigInt(changes), insertId: lastId };
}

function isRead(query: CompiledQuery): boolean {
  return SelectQueryNode.is(query.query) || /^\s*(select|explain)\b/i.test(query.sql);
}

function savepointQuery(command: string, name: string, compile: QueryCompiler['compileQuery']): CompiledQuery {
  const quoted = `"${name.replaceAll('"', '""')}"`;
  return { ...CompiledQuery.raw(`${command} ${quoted}`), queryId: createQueryId() } satisfies ReturnType<
    typeof compile
  >;
}
