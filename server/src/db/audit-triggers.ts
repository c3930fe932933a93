/** Triggers by which the database itself refuses to change the audit log. Retention may remove what its head says is pruned. */

export type Trigger = { name: string; table: string; postgres: string; sqlite: string };

const CHANGED = 'An entry of the audit log is never changed';
const REMOVED = 'An entry of the audit log is removed by retention alone';
const HEAD = 'The head of the audit log only moves forward';

const FUNCTION = 'refuse_audit_change';

/** `TG_ARGV[0]` is the sentence. */
export const POSTGRES_FUNCTION = `create or replace function ${FUNCTION}() returns trigger language plpgsql as $$
begin
  raise exception '%', TG_ARGV[0] using errcode = 'restrict_violation';
end $$`;

type Wanted = { name: string; table: string; event: 'update' | 'delete'; when: string | null; sentence: string };

const WANTED: readonly Wanted[] = [
  { name: 'audit_entry_unchanged', table: 'audit_entry', event: 'update', when: null, sentence: CHANGED },
  {
    name: 'audit_head_forward',
    table: 'audit_head',
    event: 'update',
    when: 'new.seq < old.seq or new.pruned_seq < old.pruned_seq or new.account_id <> old.account_id',
    sentence: HEAD,
  },
  { name: 'audit_head_kept', table: 'audit_head', event: 'delete', when: null, sentence: HEAD },
];

function triggerOf({ name, table, event, when, sentence }: Wanted): Trigger {
  const condition = when === null ? '' : ` when (${when})`;
  return {
    name,
    table,
    postgres: `create trigger ${name} before ${event} on ${table} for each row${condition} execute function ${FUNCTION}('${sentence}')`,
    sqlite: `create trigger ${name} before ${event} on ${table}${condition} begin select raise(abort, '${sentence}'); end`,
  };
}

const KEPT: Trigger = {
  name: 'audit_entry_kept',
  table: 'audit_entry',
  postgres: `create trigger audit_entry_kept before delete on audit_entry for each row execute function keep_audit_entry()`,
  sqlite: `create trigger audit_entry_kept before delete on audit_entry
    when old.seq > coalesce((select pruned_seq from audit_head where account_id = old.account_id), 0)
    begin select raise(abort, '${REMOVED}'); end`,
};

/** A trigger of PostgreSQL cannot ask another table in its condition. */
export const POSTGRES_KEEP = `create or replace function keep_audit_entry() returns trigger language plpgsql as $$
begin
  if old.seq > coalesce((select pruned_seq from audit_head where account_id = old.account_id), 0) then
    raise exception '${REMOVED}' using errcode = 'restrict_violation';
  end if;
  return old;
end $$`;

const NOT_EMPTIED: Trigger = {
  name: 'audit_entry_not_emptied',
  table: 'audit_entry',
  postgres: `create trigger audit_entry_not_emptied before truncate on audit_entry for each statement execute function ${FUNCTION}('${REMOVED}')`,
  // SQLite has no truncate.
  sqlite: '',
};

export const TRIGGERS: readonly Trigger[] = [...WANTED.map(triggerOf), KEPT, NOT_EMPTIED];
