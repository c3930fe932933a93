import type { Operation } from './call.ts';
import { FINANCES } from './finances.ts';
import { REPORTS } from './reports.ts';
import type { Section } from './sections.ts';
import { SELLERS } from './sellers.ts';

/** What Amazon calls a section's service in `x-amzn-authorization`; Finances answers without that header (recorded). */
type Played = { operations: Record<string, Operation>; identity?: string; prolog: boolean };

const PLAYED: Record<string, Played> = {
  Sellers: { operations: SELLERS, identity: 'MarketplaceWebServiceSellers', prolog: true },
  Finances: { operations: FINANCES, prolog: false },
  Reports: { operations: REPORTS, identity: 'FrpAndromedaReportsPlugin', prolog: true },
};

export type PlayedOperation = Operation & Omit<Played, 'operations'>;

/** The operation of a section, or undefined where it is not played: Amazon says so of an operation it does not have. */
export function operationOf(section: Section, action: string): PlayedOperation | undefined {
  const played = Object.hasOwn(PLAYED, section.name) ? PLAYED[section.name] : undefined;
  const operation = played && Object.hasOwn(played.operations, action) ? played.operations[action] : undefined;
  if (!played || !operation) return undefined;
  const { identity, prolog } = played;
  return { ...operation, prolog, ...(identity === undefined ? {} : { identity }) };
}
