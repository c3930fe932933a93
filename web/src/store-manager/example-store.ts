/** A connected store for tests; each test says what is different about its own. */
import type { StoreBody } from '../../../server/src/http/contract/store.ts';

export function exampleStore(different: Partial<StoreBody> = {}): StoreBody {
  return {
    id: 'st_1',
    name: 'Blue Bird',
    marketplace: 'amazon',
    site: 'amazon.com',
    region: 'na',
    sites: [],
    seller_id: 'A3FHEXAMPLEYWS',
    claimed_seller_id: null,
    email: null,
    second_email: null,
    absence: null,
    currency: null,
    receiving_account: null,
    verdict: 'connected',
    pending: false,
    cause: null,
    capability: null,
    likely: [],
    owner: 'nobody',
    action: 'none',
    deadline: null,
    repair_url: null,
    can_move: false,
    heals_in_place: true,
    since: '2026-11-01T00:00:00Z',
    as_of: '2026-11-23T12:00:00Z',
    next_look_at: '2026-11-23T13:00:00Z',
    last_ok_at: '2026-11-23T12:00:00Z',
    confidence: null,
    evidence: [],
    excluded: [],
    notices: [],
    text: { locale: 'en', status: 'Connected', sentence: null, means: null, next: null },
    checks: [],
    authorized_at: '2026-01-02T00:00:00Z',
    expires_at: '2027-01-02T00:00:00Z',
    version: 1,
    credential_version: 1,
    created_at: '2026-01-02T00:00:00Z',
    ...different,
  };
}

/** A store that waits for its seller. */
export function brokenStore(different: Partial<StoreBody> = {}): StoreBody {
  return exampleStore({ verdict: 'reconnect', pending: true, owner: 'seller', action: 'renew', ...different });
}
