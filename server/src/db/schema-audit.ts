/** The tables of the audit log (migration 0022). */

type AuditEntryTable = {
  account_id: string;
  seq: number;
  at: number;
  kind: string;
  store_id: string | null;
  body: string;
  previous: string;
  hash: string;
};

type AuditHeadTable = {
  account_id: string;
  seq: number;
  hash: string;
  pruned_seq: number;
  pruned_hash: string;
};

export type AuditTables = { audit_entry: AuditEntryTable; audit_head: AuditHeadTable };
