/**
 * Row-level security: work for one account runs under the role `storekeeper_app`, which owns nothing, may not log in and
 * sees what its policies show. The role of the URL owns the tables and works for all accounts; it is no superuser either.
 */
import { sql } from 'kysely';
import type { Reader } from './dialect.ts';
import { deviations } from './postgres-guard.ts';
import { APP_ROLE } from './postgres-scope.ts';
import { DatabaseProblem } from './problem.ts';

const INSUFFICIENT_PRIVILEGE = '42501';

/** Before anything is changed: who this process is in the database. Throws DatabaseProblem when the role may do too much. */
export async function checkRoles(r: Reader): Promise<void> {
  await refuseMightyUser(r);
  await makeRole(r);
  await refuseMightyRole(r);
}

/** Puts the rules in force, in the transaction of the migration that made the tables. */
export async function guardAccounts(tx: Reader): Promise<void> {
  for (const { right } of await deviations(tx)) await sql.raw(right).execute(tx);
}

/** Throws DatabaseProblem with every difference from the rules and the statements that remove it. */
export async function checkGuard(r: Reader): Promise<void> {
  const found = await deviations(r);
  if (found.length === 0) return;
  const wrong = found.map((one) => `  ${one.wrong}`).join('\n');
  const right = found.map((one) => `  ${one.right};`).join('\n');
  throw new DatabaseProblem(
    'The rules that keep accounts apart were changed in this database, so nothing starts:\n' +
      `${wrong}\nFind out who changed them. Then run as the owner of the tables:\n${right}`,
  );
}

async function refuseMightyUser(r: Reader): Promise<void> {
  const { rows } = await sql<{ name: string; through: string }>`
    select current_user::text as name, rolname::text as through from pg_roles
    where (rolsuper or rolbypassrls) and pg_has_role(current_user, oid, 'member')
    order by rolname = current_user desc limit 1`.execute(r);
  const [mighty] = rows;
  if (mighty === undefined) return;
  const how = mighty.name === mighty.through ? '' : ` (as a member of ${mighty.through})`;
  throw new DatabaseProblem(
    `STOREKEEPER_DATABASE_URL signs in as ${mighty.name}, a role that row-level security does not bind${how}. ` +
      'Create a role without superuser and bypassrls and let it own the database. As a superuser run once: ' +
      `create role ${APP_ROLE} nologin; create role storekeeper login password '…'; grant ${APP_ROLE} to storekeeper; ` +
      'create database storekeeper owner storekeeper; The guide for operators says how to move an existing database.',
  );
}

async function makeRole(r: Reader): Promise<void> {
  try {
    await sql.raw(MAKE_ROLE).execute(r);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === INSUFFICIENT_PRIVILEGE)) throw error;
    throw new DatabaseProblem(
      `The database user may not use the role ${APP_ROLE}, which keeps accounts apart. As a superuser run once: ` +
        `create role ${APP_ROLE} nologin; grant ${APP_ROLE} to <the user of STOREKEEPER_DATABASE_URL>;`,
    );
  }
}

async function refuseMightyRole(r: Reader): Promise<void> {
  const { rows } = await sql<{ mighty: boolean; owns: number; member: number }>`
    select rolsuper or rolbypassrls or rolcanlogin as mighty,
      (select count(*) from pg_class where relowner = a.oid and relnamespace = current_schema()::regnamespace) as owns,
      (select count(*) from pg_auth_members where member = a.oid) as member
    from pg_roles a where rolname = ${APP_ROLE}`.execute(r);
  const role = rows[0];
  if (role && !role.mighty && role.owns === 0 && role.member === 0) return;
  throw new DatabaseProblem(
    `The role ${APP_ROLE} must not log in, be a superuser, own tables, be exempt from row-level security or belong to ` +
      `another role. As a superuser run: alter role ${APP_ROLE} nologin nosuperuser nobypassrls; and revoke every role from it.`,
  );
}

/** Roles belong to the whole server, so another database may be making the same one just now. */
const MAKE_ROLE = `do $$
declare
  usable boolean;
begin
  if not exists (select 1 from pg_roles where rolname = '${APP_ROLE}') then
    begin
      create role ${APP_ROLE} nologin;
    exception when duplicate_object or unique_violation then null;
    end;
  end if;
  if current_setting('server_version_num')::int >= 160000 then
    execute 'select pg_has_role(current_user, ''${APP_ROLE}'', ''set'')' into usable;
  else
    usable := pg_has_role(current_user, '${APP_ROLE}', 'member');
  end if;
  if not usable then
    execute format('grant ${APP_ROLE} to %I', current_user);
  end if;
end $$`;
