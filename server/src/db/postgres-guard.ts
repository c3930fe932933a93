/**
 * Compares the policies and privileges in the database with the rules (postgres-rules.ts). Every difference comes with the
 * statement that removes it: a migration runs these statements, a start refuses to go on and prints them.
 */
import { sql } from 'kysely';
import { POSTGRES_FUNCTION, POSTGRES_KEEP, TRIGGERS } from './audit-triggers.ts';
import type { Reader } from './dialect.ts';
import { ruleOf, type Policy } from './postgres-rules.ts';
import { APP_ROLE } from './postgres-scope.ts';

/** `right` is an SQL statement. */
export type Deviation = { wrong: string; right: string };

type Relation = {
  name: string;
  kind: string;
  guarded: boolean;
  has_account: boolean;
  privileges: string[];
};
type LivePolicy = {
  relation: string;
  name: string;
  permissive: string;
  roles: string[];
  command: string;
  using: string | null;
  check: string | null;
};

export async function deviations(r: Reader): Promise<Deviation[]> {
  const relations = await readRelations(r);
  const policies = await readPolicies(r);
  const found: Deviation[] = [];
  for (const relation of relations) {
    found.push(...privilegeDeviations(relation));
    if (!isTable(relation)) continue;
    if (!relation.guarded) {
      const right = `alter table ${quote(relation.name)} enable row level security`;
      found.push({ wrong: `table ${relation.name} has row-level security switched off`, right });
    }
    found.push(
      ...policyDeviations(
        relation,
        policies.filter((policy) => policy.relation === relation.name),
      ),
    );
  }
  const tables = new Set(relations.filter(isTable).map(({ name }) => name));
  return [...found, ...(await triggerDeviations(r, tables)), ...(await otherDeviations(r))];
}

function isTable({ kind }: Relation): boolean {
  return kind === 'r' || kind === 'p';
}

async function readRelations(r: Reader): Promise<Relation[]> {
  const { rows } = await sql<Relation>`
    select c.relname as name, c.relkind::text as kind, c.relrowsecurity as guarded,
      exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'account_id' and not a.attisdropped)
        as has_account,
      case when c.relkind = 'S'
        then array(select p from unnest(array['usage', 'select', 'update']) p
          where has_sequence_privilege(${APP_ROLE}, c.oid, p))
        else array(select p from unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) p
          where has_table_privilege(${APP_ROLE}, c.oid, p)
            or (p in ('select', 'insert', 'update', 'references') and has_any_column_privilege(${APP_ROLE}, c.oid, p)))
      end as privileges
    from pg_class c
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and c.relnamespace = current_schema()::regnamespace
    order by c.relname`.execute(r);
  return rows;
}

async function readPolicies(r: Reader): Promise<LivePolicy[]> {
  const { rows } = await sql<LivePolicy>`
    select tablename as relation, policyname as name, permissive, roles::text[] as roles, lower(cmd) as command,
      qual as using, with_check as check
    from pg_policies where schemaname = current_schema() order by tablename, policyname`.execute(r);
  return rows;
}

function privilegeDeviations(relation: Relation): Deviation[] {
  const wanted: readonly string[] = isTable(relation) ? ruleFor(relation).privileges : [];
  const what = relation.kind === 'S' ? 'sequence' : 'table';
  const name = quote(relation.name);
  const extra = relation.privileges.filter((one) => !wanted.includes(one));
  const missing = wanted.filter((one) => !relation.privileges.includes(one));
  const found: Deviation[] = [];
  if (extra.length > 0) {
    const wrong = `${APP_ROLE} may ${extra.join(', ')} on ${relation.name}`;
    found.push({ wrong, right: `revoke all on ${what} ${name} from public, ${APP_ROLE}` });
  }
  // Revoking takes everything, so what is wanted is granted again.
  const grant = extra.length > 0 ? wanted : missing;
  if (grant.length > 0) {
    const wrong = `${APP_ROLE} needs ${grant.join(', ')} on ${relation.name}`;
    found.push({ wrong, right: `grant ${grant.join(', ')} on ${what} ${name} to ${APP_ROLE}` });
  }
  return found;
}

function ruleFor({ name, has_account }: Relation) {
  return ruleOf({ name, hasAccountId: has_account });
}

function policyDeviations(relation: Relation, live: readonly LivePolicy[]): Deviation[] {
  const wanted = ruleFor(relation).policies;
  const right = wanted.filter((policy) => live.some((one) => isSame(one, policy)));
  const on = quote(relation.name);
  const dropped = live
    .filter((one) => !right.some((policy) => policy.name === one.name))
    .map((one) => ({
      wrong: `the policy ${one.name} on ${relation.name} is not the one of Storekeeper`,
      right: `drop policy ${quote(one.name)} on ${on}`,
    }));
  const made = wanted
    .filter((policy) => !right.includes(policy))
    .map((policy) => ({
      wrong: `the policy ${policy.name} on ${relation.name} is missing`,
      right: createPolicy(policy, on),
    }));
  return [...dropped, ...made];
}

function createPolicy({ name, command, using, check }: Policy, on: string): string {
  const checked = check === null ? '' : ` with check (${check})`;
  return `create policy ${name} on ${on} for ${command} to ${APP_ROLE} using (${using})${checked}`;
}

function isSame(live: LivePolicy, policy: Policy): boolean {
  return (
    live.name === policy.name &&
    live.permissive === 'PERMISSIVE' &&
    live.command === policy.command &&
    live.roles.length === 1 &&
    live.roles[0] === APP_ROLE &&
    normal(live.using) === normal(policy.using) &&
    normal(live.check) === normal(policy.check)
  );
}

/** PostgreSQL's versions differ in white space alone. */
function normal(expression: string | null): string | null {
  return expression === null ? null : expression.replace(/\s+/g, ' ').replace(/\( | \)/g, (both) => both.trim());
}

/** The audit log refuses changes by triggers; one that is disabled counts as missing. */
async function triggerDeviations(r: Reader, tables: ReadonlySet<string>): Promise<Deviation[]> {
  if (!tables.has('audit_entry')) return [];
  const { rows } = await sql<{ name: string; on: boolean }>`
    select t.tgname::text as name, t.tgenabled = 'O' as on from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where not t.tgisinternal and c.relnamespace = current_schema()::regnamespace`.execute(r);
  const found: Deviation[] = [];
  for (const { name, table, postgres } of TRIGGERS) {
    const live = rows.find((row) => row.name === name);
    if (live?.on === true) continue;
    const wrong = `the trigger ${name} on ${table} is ${live ? 'disabled' : 'missing'}`;
    const right = live ? `alter table ${table} enable trigger ${name}` : postgres;
    found.push({ wrong, right });
  }
  const missing = found.some(({ right }) => right.startsWith('create'));
  if (!missing) return found;
  return [POSTGRES_FUNCTION, POSTGRES_KEEP]
    .map((right) => ({ wrong: 'a function of these triggers may be missing', right }))
    .concat(found);
}

/** Ways around the policies: a function that runs as its owner, and the schema itself. */
async function otherDeviations(r: Reader): Promise<Deviation[]> {
  const { rows } = await sql<{ name: string }>`
    select p.oid::regprocedure::text as name from pg_proc p
    where p.prosecdef and p.pronamespace = current_schema()::regnamespace
      and has_function_privilege(${APP_ROLE}, p.oid, 'execute')`.execute(r);
  const found = rows.map(({ name }) => ({
    wrong: `the function ${name} runs with the rights of its owner`,
    right: `revoke execute on function ${name} from public, ${APP_ROLE}`,
  }));
  const schema = await sql<{ usable: boolean; name: string }>`
    select has_schema_privilege(${APP_ROLE}, current_schema(), 'usage') as usable, current_schema()::text as name`.execute(
    r,
  );
  for (const { usable, name } of schema.rows) {
    if (usable) continue;
    found.push({
      wrong: `${APP_ROLE} may not use the schema ${name}`,
      right: `grant usage on schema ${quote(name)} to ${APP_ROLE}`,
    });
  }
  return found;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
