/** The five axes and the one verdict that a person sees. */
import type { Capability } from './observation.ts';

export type GrantAxis =
  | 'none'
  | 'asked'
  | 'unproven'
  | 'live'
  | 'expiring'
  | 'lapsed'
  | 'revoked'
  | 'mismatched'
  | 'unknown';
export type StandingAxis = 'active' | 'at_risk' | 'inactive' | 'deactivated' | 'closed' | 'unknown';
export type CapabilityAxis = 'ok' | 'denied' | 'unsupported' | 'throttled' | 'unknown';
export type WeatherAxis = 'clear' | 'suspect' | 'marketplace_incident' | 'operator_incident' | 'own_incident';

export type Axes = {
  grant: GrantAxis;
  standing: StandingAxis;
  capability: Record<Capability, CapabilityAxis>;
  weather: WeatherAxis;
};

/** The one status of a store. Everything a person reads about a connection is a function of it. */
export const VERDICTS = [
  'setup',
  'verifying',
  'connected',
  'expiring',
  'checking',
  'held',
  'operator_problem',
  'reconnect',
  'repairing',
  'wrong_store',
  'store_blocked',
  'limited',
  'paused',
  'closed',
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Verdicts listed under *Stores pending connection*. */
export const PENDING_VERDICTS: readonly Verdict[] = ['setup', 'reconnect', 'repairing', 'wrong_store', 'store_blocked'];

/** Verdicts under which a seller may be told something; each must pass the guard first. */
export const TELLING_VERDICTS: readonly Verdict[] = ['reconnect', 'store_blocked', 'limited'];
