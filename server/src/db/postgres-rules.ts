/**
 * What the role `storekeeper_app` may do with each table. Work for one account runs under that role, so a table that is not
 * needed there is closed to it. A table with an `account_id` that is not listed shows and takes rows of that account only.
 */

export type Privilege = 'select' | 'insert' | 'update' | 'delete';

export type Policy = {
  name: string;
  command: 'all' | 'select' | 'update';
  /** Rows that are shown and may be changed, in the form in which PostgreSQL gives it back. */
  using: string;
  /** Rows that may be written; null: the same as `using`. */
  check: string | null;
};

export type TableRule = { privileges: readonly Privilege[]; policies: readonly Policy[] };

const ACCOUNT = "current_setting('storekeeper.account'::text, true)";
const EVERYTHING: readonly Privilege[] = ['select', 'insert', 'update', 'delete'];

/** No privileges, and row-level security without a policy: two locks. */
const CLOSED: TableRule = { privileges: [], policies: [] };

/** The state of a marketplace, region and app. All accounts share it, and it names none of them. */
const SHARED: TableRule = {
  privileges: ['select', 'insert', 'update'],
  policies: [{ name: 'shared_by_accounts', command: 'all', using: 'true', check: null }],
};

function ownRows(column: string, privileges: readonly Privilege[]): TableRule {
  const using = `(${column} = ${ACCOUNT})`;
  return { privileges, policies: [{ name: 'own_account', command: 'all', using, check: null }] };
}

/** Rows of `meta` that a transaction of an account locks. It changes none of them. */
const LOCKED_ROWS = "((name = 'event_order'::text) OR (name = 'vault_key'::text) OR (name ~~ 'key_check:%'::text))";

const RULES: Readonly<Record<string, TableRule>> = {
  accounts: ownRows('id', ['select']),
  membership: ownRows('organization_id', ['select']),
  invitation: ownRows('organization_id', ['select', 'insert', 'update']),
  api_key: ownRows('reference_id', EVERYTHING),
  person: {
    privileges: ['select'],
    policies: [
      {
        name: 'members_of_account',
        command: 'select',
        using: `(EXISTS ( SELECT 1 FROM membership m WHERE ((m.user_id = person.id) AND (m.organization_id = ${ACCOUNT}))))`,
        check: null,
      },
    ],
  },
  meta: {
    privileges: ['select', 'update'],
    policies: [
      { name: 'locks_to_read', command: 'select', using: LOCKED_ROWS, check: null },
      { name: 'locks_to_hold', command: 'update', using: LOCKED_ROWS, check: 'false' },
    ],
  },
  audit_entry: ownRows('account_id', ['select', 'insert']),
  audit_head: ownRows('account_id', ['select', 'insert', 'update']),
  cohort: SHARED,
  incident: SHARED,
  // Its `account_id` is the sign-in library's word for another thing.
  person_login: CLOSED,
};

/** The rule of a table, listed or not. */
export function ruleOf(table: { name: string; hasAccountId: boolean }): TableRule {
  return RULES[table.name] ?? (table.hasAccountId ? ownRows('account_id', EVERYTHING) : CLOSED);
}
