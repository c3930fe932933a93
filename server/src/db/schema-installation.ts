/** The tables of the installation: its running processes and its own secrets (migration 0021). */

type ProcessTable = {
  id: string;
  role: string;
  key_ids: string;
  rereads: number;
  started_at: number;
  seen_at: number;
};

type InstallationSecretTable = {
  purpose: string;
  version: number;
  sealed: string;
  key_id: string;
  active_at: number;
  ends_at: number | null;
};

export type InstallationTables = { process: ProcessTable; installation_secret: InstallationSecretTable };
