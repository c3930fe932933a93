/** Every column that holds sealed values: how a rotation reads and writes it. */
import { sql } from 'kysely';
import { APP_SECRET_KIND, appSecretBinding } from './app-secrets.ts';
import { controlTokenBinding } from './control-tokens.ts';
import { differencesOf, type Reader } from './dialect.ts';
import { answerBinding } from './idempotency.ts';
import { INSTALLATION_KIND, installationBinding } from './installation-secrets.ts';
import { codeBinding } from './sessions.ts';
import type { Binding } from './vault.ts';

export type SealedRow = { binding: Binding; sealed: string };

/** A column that holds sealed values. `write` changes only rows that still hold what was read. */
export type Source = {
  read: (db: Reader, page: { keyId: string; after: SealedRow | null; limit: number }) => Promise<SealedRow[]>;
  write: (db: Reader, rows: readonly Rewrapped[]) => Promise<void>;
};
export type Rewrapped = {
  account: string;
  store: string;
  kind: string;
  version: number;
  was: string;
  sealed: string;
  key: string;
};

const ROW_COLUMNS = {
  account: 'text',
  store: 'text',
  kind: 'text',
  version: 'bigint',
  was: 'text',
  sealed: 'text',
  key: 'text',
} as const;

const CREDENTIALS: Source = {
  read: async (db, { keyId, after, limit }) => {
    let query = db.selectFrom('credential').selectAll().where('key_id', '<>', keyId);
    if (after) {
      const { account, store, version } = after.binding;
      query = query.where(sql<boolean>`(account_id, store_id, version) > (${account}, ${store}, ${version})`);
    }
    const rows = await query.orderBy('account_id').orderBy('store_id').orderBy('version').limit(limit).execute();
    return rows.map((row) => ({
      binding: { account: row.account_id, store: row.store_id, kind: row.kind, version: row.version },
      sealed: row.sealed,
    }));
  },
  write: async (db, rows) => {
    await sql`update credential set sealed = v.sealed, key_id = v.key
      from ${differencesOf(db).rowsFromJson(JSON.stringify(rows), ROW_COLUMNS)}
      where credential.account_id = v.account and credential.store_id = v.store and credential.version = v.version
        and credential.kind = v.kind and credential.sealed = v.was`.execute(db);
  },
};

const CONSENT_CODES: Source = {
  read: async (db, { keyId, after, limit }) => {
    let query = db
      .selectFrom('connect_session')
      .select(['account_id', 'id', 'code_sealed'])
      .where('code_key_id', 'is not', null)
      .where('code_key_id', '<>', keyId);
    if (after) query = query.where('id', '>', after.binding.store);
    const rows = await query.orderBy('id').limit(limit).execute();
    return rows.flatMap((row) =>
      row.code_sealed === null
        ? []
        : [{ binding: codeBinding({ accountId: row.account_id, id: row.id }), sealed: row.code_sealed }],
    );
  },
  write: async (db, rows) => {
    await sql`update connect_session set code_sealed = v.sealed, code_key_id = v.key
      from ${differencesOf(db).rowsFromJson(JSON.stringify(rows), ROW_COLUMNS)}
      where connect_session.account_id = v.account and connect_session.id = v.store
        and connect_session.code_sealed = v.was`.execute(db);
  },
};

const APP_SECRETS: Source = {
  read: async (db, { keyId, after, limit }) => {
    let query = db
      .selectFrom('app_secret')
      .select(['application_id', 'fingerprint', 'sealed'])
      .where('key_id', 'is not', null)
      .where('key_id', '<>', keyId);
    if (after) {
      const { store, kind } = after.binding;
      query = query.where(
        sql<boolean>`(application_id, fingerprint) > (${store}, ${kind.slice(APP_SECRET_KIND.length)})`,
      );
    }
    const rows = await query.orderBy('application_id').orderBy('fingerprint').limit(limit).execute();
    return rows.flatMap((row) =>
      row.sealed === null
        ? []
        : [
            {
              binding: appSecretBinding({ applicationId: row.application_id, fingerprint: row.fingerprint }),
              sealed: row.sealed,
            },
          ],
    );
  },
  write: async (db, rows) => {
    await sql`update app_secret set sealed = v.sealed, key_id = v.key
      from ${differencesOf(db).rowsFromJson(JSON.stringify(rows), ROW_COLUMNS)}
      where app_secret.application_id = v.store and app_secret.sealed = v.was`.execute(db);
  },
};

const INSTALLATION_SECRETS: Source = {
  read: async (db, { keyId, after, limit }) => {
    let query = db
      .selectFrom('installation_secret')
      .select(['purpose', 'version', 'sealed'])
      .where('key_id', '<>', keyId);
    if (after) {
      const purpose = after.binding.kind.slice(INSTALLATION_KIND.length);
      query = query.where(sql<boolean>`(purpose, version) > (${purpose}, ${after.binding.version})`);
    }
    const rows = await query.orderBy('purpose').orderBy('version').limit(limit).execute();
    return rows.map((row) => ({ binding: installationBinding(row), sealed: row.sealed }));
  },
  write: async (db, rows) => {
    await sql`update installation_secret set sealed = v.sealed, key_id = v.key
      from ${differencesOf(db).rowsFromJson(JSON.stringify(rows), ROW_COLUMNS)}
      where installation_secret.version = v.version and installation_secret.sealed = v.was`.execute(db);
  },
};

const CONTROL_TOKENS: Source = {
  read: async (db, { keyId, after, limit }) => {
    let query = db
      .selectFrom('control_token')
      .select(['application_id', 'region', 'sealed'])
      .where('key_id', '<>', keyId);
    if (after) {
      const { store, kind } = after.binding;
      query = query.where(sql<boolean>`(application_id, 'control_token:' || region) > (${store}, ${kind})`);
    }
    const rows = await query.orderBy('application_id').orderBy('region').limit(limit).execute();
    return rows.map(({ application_id: applicationId, region, sealed }) => ({
      binding: controlTokenBinding({ applicationId, region }),
      sealed,
    }));
  },
  write: async (db, rows) => {
    await sql`update control_token set sealed = v.sealed, key_id = v.key
      from ${differencesOf(db).rowsFromJson(JSON.stringify(rows), ROW_COLUMNS)}
      where control_token.application_id = v.store and control_token.sealed = v.was`.execute(db);
  },
};

const IDEMPOTENT_ANSWERS: Source = {
  read: async (db, { keyId, after, limit }) => {
    let query = db
      .selectFrom('idempotency')
      .select(['account_id', 'key', 'body'])
      .where('key_id', 'is not', null)
      .where('key_id', '<>', keyId);
    if (after)
      query = query.where(sql<boolean>`(account_id, key) > (${after.binding.account}, ${after.binding.store})`);
    const rows = await query.orderBy('account_id').orderBy('key').limit(limit).execute();
    return rows.flatMap((row) =>
      row.body === null
        ? []
        : [{ binding: answerBinding({ accountId: row.account_id, key: row.key }), sealed: row.body }],
    );
  },
  write: async (db, rows) => {
    await sql`update idempotency set body = v.sealed, key_id = v.key
      from ${differencesOf(db).rowsFromJson(JSON.stringify(rows), ROW_COLUMNS)}
      where idempotency.account_id = v.account and idempotency.key = v.store and idempotency.body = v.was`.execute(db);
  },
};

export const SOURCES: readonly Source[] = [
  CREDENTIALS,
  CONSENT_CODES,
  APP_SECRETS,
  INSTALLATION_SECRETS,
  CONTROL_TOKENS,
  IDEMPOTENT_ANSWERS,
];
