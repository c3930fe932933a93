/** Credentials as a person or a program typed them: their form is checked before anything else. */
import type { Connector, FieldProblem } from '../connectors/connector.ts';
import { Fault } from '../core/fault.ts';
import type { NewStore } from '../http/contract/connect.ts';
import type { Shop } from './shop.ts';
import type { StoreRow } from '../db/stores.ts';

export type Typed = NewStore['credentials'];

/** The token in the field that this marketplace takes; empty when it is missing. */
export function typedToken(shop: Shop, marketplace: StoreRow['marketplace'], typed: Typed): string {
  return typed[shop.connector(marketplace).tokenField] ?? '';
}

/** @throws Fault `invalid-fields`, with each field that cannot be right. Nothing is sent to the marketplace. */
export function checkTyped(shop: Shop, marketplace: StoreRow['marketplace'], typed: Typed): void {
  const connector = shop.connector(marketplace);
  const token = typedToken(shop, marketplace, typed);
  const problems = [
    ...otherKind(connector, typed),
    ...connector.checkCredentials({ token, sellerId: typed.seller_id }),
  ];
  if (problems.length === 0) return;
  throw new Fault('invalid-fields', {
    detail: 'Nothing was sent to the marketplace: some fields cannot be right.',
    errors: problems,
    extra: { cause: 'cred.malformed' },
  });
}

/** A token of another kind than this marketplace takes. */
function otherKind({ tokenField, label }: Connector, typed: Typed): FieldProblem[] {
  const other = tokenField === 'refresh_token' ? 'mws_auth_token' : 'refresh_token';
  if (typed[other] === undefined) return [];
  const message = `${label} takes a ${tokenField} for this store, and no ${other}.`;
  return [{ field: `credentials.${other}`, code: 'other_kind', message }];
}

/** The day that was stated, in milliseconds; null when none was. @throws Fault `invalid-fields` for a day to come. */
export function statedTime(stated: string | undefined, now: number): number | null {
  if (stated === undefined) return null;
  const at = Date.parse(stated);
  if (Number.isFinite(at) && at <= now + 60_000) return Math.min(at, now);
  const message =
    'The day of the permission lies in the future. Enter the day on which it was given, or leave it empty.';
  throw new Fault('invalid-fields', {
    detail: message,
    errors: [{ field: 'credentials.authorized_at', code: 'in_the_future', message }],
  });
}
