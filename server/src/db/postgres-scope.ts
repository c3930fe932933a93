/**
 * PostgreSQL connections that keep to an account. The role and the account are set with `set local`, so they end with the
 * transaction and never leak to the next borrower of the connection (a session `set` does: measured). A single query
 * inside an account gets a transaction of its own.
 */
import {
  CompiledQuery,
  PostgresDialect,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryCompiler,
  type QueryResult,
  type PostgresPool,
  type TransactionSettings,
} from 'kysely';
import { currentAccount } from './account-scope.ts';

/** The role that policies are made for: it owns nothing and may not pass by them. */
export const APP_ROLE = 'storekeeper_app';

export function createScopedDialect(pool: PostgresPool): Dialect {
  const inner = new PostgresDialect({ pool });
  return {
    createDriver: () => new ScopedDriver(inner.createDriver()),
    createQueryCompiler: () => inner.createQueryCompiler(),
    createAdapter: () => inner.createAdapter(),
    createIntrospector: (db: Kysely<unknown>) => inner.createIntrospector(db),
  };
}

class ScopedDriver implements Driver {
  readonly #inner: Driver;

  constructor(inner: Driver) {
    this.#inner = inner;
  }

  init(): Promise<void> {
    return this.#inner.init();
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return new ScopedConnection(await this.#inner.acquireConnection());
  }

  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const scoped = scopedOf(connection);
    await this.#inner.beginTransaction(scoped.inner, settings);
    scoped.inTransaction = true;
    const account = currentAccount();
    if (account !== null) await scoped.inner.executeQuery(CompiledQuery.raw(keepTo(account)));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await this.#inner.commitTransaction(scopedOf(connection).inner);
    scopedOf(connection).inTransaction = false;
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await this.#inner.rollbackTransaction(scopedOf(connection).inner);
    scopedOf(connection).inTransaction = false;
  }

  async savepoint(connection: DatabaseConnection, name: string, compile: QueryCompiler['compileQuery']): Promise<void> {
    await this.#inner.savepoint?.(scopedOf(connection).inner, name, compile);
  }

  async rollbackToSavepoint(
    connection: DatabaseConnection,
    name: string,
    compile: QueryCompiler['compileQuery'],
  ): Promise<void> {
    await this.#inner.rollbackToSavepoint?.(scopedOf(connection).inner, name, compile);
  }

  async releaseSavepoint(
    connection: DatabaseConnection,
    name: string,
    compile: QueryCompiler['compileQuery'],
  ): Promise<void> {
    await this.#inner.releaseSavepoint?.(scopedOf(connection).inner, name, compile);
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    return this.#inner.releaseConnection(scopedOf(connection).inner);
  }

  destroy(): Promise<void> {
    return this.#inner.destroy();
  }
}

class ScopedConnection implements DatabaseConnection {
  readonly inner: DatabaseConnection;
  inTransaction = false;

  constructor(inner: DatabaseConnection) {
    this.inner = inner;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const account = currentAccount();
    if (account === null || this.inTransaction) return this.inner.executeQuery<R>(query);
    await this.inner.executeQuery(CompiledQuery.raw(`begin; ${keepTo(account)}`));
    try {
      const result = await this.inner.executeQuery<R>(query);
      await this.inner.executeQuery(CompiledQuery.raw('commit'));
      return result;
    } catch (error) {
      await this.inner.executeQuery(CompiledQuery.raw('rollback'));
      throw error;
    }
  }

  streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    if (currentAccount() !== null && !this.inTransaction) {
      throw new Error('Stream inside a transaction: only there the account is kept to');
    }
    return this.inner.streamQuery<R>(query, chunkSize);
  }
}

function scopedOf(connection: DatabaseConnection): ScopedConnection {
  if (connection instanceof ScopedConnection) return connection;
  throw new TypeError('This connection belongs to another driver');
}

/** Account ids are made by us; anything that could end the text literal is refused rather than quoted. */
function keepTo(account: string): string {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(account)) throw new Error('This is not the id of an account');
  return `set local role ${APP_ROLE}; set local storekeeper.account = '${account}'`;
}
