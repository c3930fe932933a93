/** The tables of the operator's own apps: secrets, queues and what came by them (migration 0007). */
import type { Generated } from 'kysely';

export type AppSecretTable = {
  application_id: string;
  fingerprint: string;
  source: string;
  sealed: string | null;
  key_id: string | null;
  status: string;
  status_at: number;
  ends_at: number | null;
  known_at: number;
  canary_at: number | null;
  canary_on: string | null;
  canary_answer: string | null;
  warned_days: number | null;
};

export type AppQueueTable = {
  application_id: string;
  last_message_at: number | null;
  handled: Generated<number>;
  repeated: Generated<number>;
  unknown: Generated<number>;
  malformed: Generated<number>;
  failures: Generated<number>;
  last_failure_at: number | null;
  last_failure: string | null;
  rotation_asked_at: number | null;
  rotation_answer: string | null;
};

export type NotificationSeenTable = { application_id: string; notification_id: string; seen_at: number };

export type SubscriptionTable = {
  account_id: string;
  store_id: string;
  type: string;
  application_id: string;
  region: string;
  destination_id: string | null;
  subscription_id: string | null;
  state: string;
  tried_at: number;
  failure: string | null;
  last_event_at: number | null;
  last_event_id: string | null;
  told: string | null;
  told_by: string | null;
};
