/** The tables of calls that cannot be undone and of tokens that they replaced (migrations 0014, 0015). */
export type TokenIntentTable = {
  account_id: string;
  id: string;
  store_id: string;
  kind: string;
  session_id: string | null;
  version: number;
  owner: string;
  begun_at: number;
  sent_at: number;
  ended_at: number | null;
  outcome: string | null;
};

export type ControlTokenTable = {
  application_id: string;
  region: string;
  origin: string;
  sealed: string;
  key_id: string;
  replaced_at: number;
};
