/**
 * Session tokens are stored as SHA-256 hashes, so that a copy of the database signs nobody in. better-auth has no setting
 * for that, so its adapter is wrapped: the token is hashed on its way in, and what was asked for is given back as asked.
 */
import { createHash } from 'node:crypto';
import type { DBAdapter, DBAdapterInstance, DBTransactionAdapter, Where } from 'better-auth/types';

type Row = Record<string, unknown>;
/** From the stored hash to the token that the caller knows. */
type Known = Map<unknown, string>;

export function withHashedSessions(inner: DBAdapterInstance): DBAdapterInstance {
  return (options) => {
    const adapter = inner(options);
    const guarded: DBAdapter = {
      ...adapter,
      ...hashing(adapter),
      transaction: (work) => adapter.transaction((tx) => work({ ...tx, ...hashing(tx) })),
    };
    return guarded;
  };
}

function hashing(to: DBTransactionAdapter): Omit<DBTransactionAdapter, 'id' | 'options' | 'createSchema'> {
  return {
    async create<T extends Row, R = T>(call: {
      model: string;
      data: Omit<T, 'id'>;
      select?: string[] | undefined;
      forceAllowId?: boolean | undefined;
    }) {
      const known: Known = new Map();
      const made = await to.create<T, R>({ ...call, data: hashIn(call.model, call.data, known) });
      return giveBack(made, known);
    },
    async findOne<T>(call: Parameters<DBAdapter['findOne']>[0]) {
      const { where, known } = asStored(call);
      return giveBack(await to.findOne<T>({ ...call, where }), known);
    },
    async findMany<T>(call: Parameters<DBAdapter['findMany']>[0]) {
      const { where, known } = asStored(call);
      const rows = await to.findMany<T>({ ...call, where });
      return rows.map((row) => giveBack(row, known));
    },
    count: (call) => to.count({ ...call, where: asStored(call).where }),
    async update<T>(call: Parameters<DBAdapter['update']>[0]) {
      const { where, known } = asStored(call);
      return giveBack(await to.update<T>({ ...call, where, update: hashIn(call.model, call.update, known) }), known);
    },
    updateMany: (call) =>
      to.updateMany({ ...call, where: asStored(call).where, update: hashIn(call.model, call.update, new Map()) }),
    delete: (call) => to.delete({ ...call, where: asStored(call).where }),
    deleteMany: (call) => to.deleteMany({ ...call, where: asStored(call).where }),
    async consumeOne<T>(call: Parameters<DBAdapter['consumeOne']>[0]) {
      const { where, known } = asStored(call);
      return giveBack(await to.consumeOne<T>({ ...call, where }), known);
    },
    async incrementOne<T>(call: Parameters<DBAdapter['incrementOne']>[0]) {
      const { where, known } = asStored(call);
      return giveBack(await to.incrementOne<T>({ ...call, where }), known);
    },
  };
}

export function hashSessionToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

function remember(token: string, known: Known): string {
  const hash = hashSessionToken(token);
  known.set(hash, token);
  return hash;
}

function hashIn<T extends object>(model: string, data: T, known: Known): T {
  if (model !== 'session' || !('token' in data) || typeof data.token !== 'string') return data;
  return { ...data, token: remember(data.token, known) };
}

function asStored({ model, where = [] }: { model: string; where?: Where[] | undefined }): {
  where: Where[];
  known: Known;
} {
  const known: Known = new Map();
  if (model !== 'session') return { where, known };
  const hashed = where.map((one): Where => {
    if (one.field !== 'token') return one;
    if (typeof one.value === 'string') return { ...one, value: remember(one.value, known) };
    if (Array.isArray(one.value)) return { ...one, value: one.value.map((token) => remember(String(token), known)) };
    return one;
  });
  return { where: hashed, known };
}

/** A row with the token that the caller asked by, in place of its hash. */
function giveBack<T>(row: T, known: Known): T {
  if (typeof row !== 'object' || row === null || !('token' in row)) return row;
  const token = known.get(row.token);
  return token === undefined ? row : { ...row, token };
}
