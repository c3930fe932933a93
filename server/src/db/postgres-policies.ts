/**
 * Row-level security, put in force after every migration: each table with an `account_id` shows and takes, for the role
 * `storekeeper_app`, only rows of the account that the transaction keeps to. The role may not log in; the URL's own role
 * (owner or superuser) switches to it inside transactions, so a superuser URL is guarded too.
 */
import { sql } from 'kysely';
import type { Reader } from './dialect.ts';
import { APP_ROLE } from './postgres-scope.ts';
import { DatabaseProblem } from './problem.ts';

const INSUFFICIENT_PRIVILEGE = '42501';

/** Idempotent. Throws DatabaseProblem when the role cannot be made or would pass by the policies. */
export async function guardAccounts(tx: Reader): Promise<void> {
  await makeRole(tx);
  await refuseMightyRole(tx);
  await sql.raw(GUARD_TABLES).execute(tx);
}

async function makeRole(tx: Reader): Promise<void> {
  try {
    await sql.raw(MAKE_ROLE).execute(tx);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === INSUFFICIENT_PRIVILEGE)) throw error;
    throw new DatabaseProblem(
      `The database user may not create the role ${APP_ROLE}, which keeps accounts apart. As a superuser run once: ` +
        `create role ${APP_ROLE} nologin; grant ${APP_ROLE} to <the user of STOREKEEPER_DATABASE_URL>;`,
    );
  }
}

async function refuseMightyRole(tx: Reader): Promise<void> {
  const { rows } = await sql<{ mighty: boolean; owns: number }>`
    select rolsuper or rolbypassrls as mighty,
      (select count(*) from pg_class where relowner = pg_roles.oid and relnamespace = current_schema()::regnamespace) as owns
    from pg_roles where rolname = ${APP_ROLE}`.execute(tx);
  const role = rows[0];
  if (role && !role.mighty && role.owns === 0) return;
  throw new DatabaseProblem(
    `The role ${APP_ROLE} must be neither superuser nor owner of the tables nor exempt from row security: ` +
      `alter role ${APP_ROLE} nosuperuser nobypassrls;`,
  );
}

/** Roles belong to the whole server, so another database may be making the same one just now. */
const MAKE_ROLE = `do $$
begin
  if not exists (select 1 from pg_roles where rolname = '${APP_ROLE}') then
    begin
      create role ${APP_ROLE} nologin;
    exception when duplicate_object or unique_violation then null;
    end;
  end if;
  if not pg_has_role(current_user, '${APP_ROLE}', 'member') then
    execute format('grant ${APP_ROLE} to %I', current_user);
  end if;
end $$`;

/**
 * Changes only what is not in force yet, because changing a table's policies waits for everybody who uses it.
 * `person_login.account_id` is the sign-in library's word for another thing. A row without an account (a consent that the
 * marketplace started) belongs to whoever knows its secret.
 */
const GUARD_TABLES = `do $$
declare
  made record;
begin
  for made in
    select c.oid, c.relname, c.relkind, c.relrowsecurity,
      exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'account_id' and not a.attisdropped)
        and c.relname <> 'person_login' as guarded,
      exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = 'own_account') as has_policy
    from pg_class c where c.relkind in ('r', 'S') and c.relnamespace = current_schema()::regnamespace
  loop
    if made.relkind = 'S' then
      if not has_sequence_privilege('${APP_ROLE}', made.oid, 'usage') then
        execute format('grant usage, select on sequence %I to ${APP_ROLE}', made.relname);
      end if;
    elsif not has_table_privilege('${APP_ROLE}', made.oid, 'insert') then
      execute format('grant select, insert, update, delete on %I to ${APP_ROLE}', made.relname);
    end if;
    if made.relkind = 'r' and made.guarded and not made.relrowsecurity then
      execute format('alter table %I enable row level security', made.relname);
    end if;
    if made.relkind = 'r' and made.guarded and not made.has_policy then
      execute format(
        'create policy own_account on %I to ${APP_ROLE} using (account_id = current_setting(''storekeeper.account'', true)%s)',
        made.relname, case when made.relname = 'consent_state' then ' or account_id is null' else '' end);
    end if;
  end loop;
  if not has_schema_privilege('${APP_ROLE}', current_schema(), 'usage') then
    execute format('grant usage on schema %I to ${APP_ROLE}', current_schema());
  end if;
end $$`;
