/** What a look makes of a store, look after look, as far as it needs no database. */
import { expect, test } from 'vitest';
import {
  APP,
  aSite,
  CONTROL,
  DATA,
  GRANT,
  MINUTE,
  NOW,
  seen,
  SELF,
  weather,
} from '../server/src/core/episode.testkit.ts';
import type { Answer, LearntFacts, Observation } from '../server/src/core/observation.ts';
import { aStore } from '../server/src/db/testing-rows.ts';
import type { StoreRow } from '../server/src/db/stores.ts';
import { createOutbound } from '../server/src/connectors/outbound.ts';
import { createRegistry } from '../server/src/connectors/registry.ts';
import { concludeLook, episodeSince } from '../server/src/stores/settle.ts';

const outbound = createOutbound({ hostsUrl: 'http://127.0.0.1:9/{host}', userAgent: 'Storekeeper-Tests/1.0' });
const shop = {
  connector: createRegistry({ outbound }).connector,
  settings: { probeIntervalMs: 60 * MINUTE, operatorEmail: null },
};
const SELLER = 'A3FHEXAMPLEYWS';

function wellStore(): StoreRow {
  const lastOkAt = NOW - 60 * MINUTE;
  return aStore({
    sellerId: SELLER,
    sites: [aSite()],
    everOk: ['participations', 'payouts', 'finances'],
    authorizedAt: NOW - 100 * 24 * 60 * MINUTE,
    lastOkAt,
    lastLookAt: lastOkAt,
  });
}

/** Every question in its order; only the token may be answered otherwise than well. */
function lookAt(at: number, { grant = 'ok', facts = {} }: { grant?: Answer; facts?: LearntFacts }): Observation[] {
  const witnesses = [SELF, APP, CONTROL].map((question) => seen(question, 'ok', at));
  const token = seen(GRANT, grant, at);
  if (grant !== 'ok') return [token, ...witnesses];
  const data = DATA.map((question) =>
    seen(question, 'ok', { at, facts: question.capability === told(facts) ? facts : {} }),
  );
  return [...witnesses, token, ...data];
}

const told = ({ sites }: LearntFacts) => (sites === undefined ? 'payouts' : 'participations');

/** The watch keeps of each look what it holds to be news, and nothing else. */
function watched(looks: readonly Observation[][]): StoreRow[] {
  const rows: StoreRow[] = [];
  let kept: Observation[] = [];
  let row = wellStore();
  for (const observations of looks) {
    const now = observations.at(-1)?.at ?? NOW;
    const earlier = kept.filter((o) => o.at >= episodeSince(row));
    const look = {
      storeId: row.id,
      credentialVersion: 1,
      observations,
      weather: weather(),
      deniedElsewhere: [],
      leaseOwner: null,
    };
    const { after, news } = concludeLook(shop, { row, earlier, look, now });
    kept = news ? [...earlier, ...observations] : earlier;
    row = after;
    rows.push(after);
  }
  return rows;
}

test.each<[string, LearntFacts, StoreRow['cause']]>([
  ['sells nowhere', { sites: [aSite({ participating: false })] }, 'store.inactive'],
  ['is another seller', { sellerId: 'A1SOMEBODYELSE' }, 'cred.wrong_pair'],
])(
  'a store that %s, said for the first time while a lost answer is being checked, is told at the second time',
  (_what, facts, cause) => {
    const [lost, first, second] = watched([
      lookAt(NOW, { grant: 'no_answer' }),
      lookAt(NOW + 2 * MINUTE, { facts }),
      lookAt(NOW + 4 * MINUTE, { facts }),
    ]);
    expect(lost?.verdict).toBe('checking');
    expect(first?.alarm).toBeNull();
    expect(second?.cause).toBe(cause);
    expect(second?.alarm?.cause).toBe(cause);
  },
);

test('what every look says again is kept once', () => {
  const facts = { sites: [aSite({ participating: false })] };
  const looks = [0, 2, 4, 6].map((minutes) => lookAt(NOW + minutes * MINUTE, { facts }));
  const rows = watched(looks);
  expect(rows.map(({ verdict }) => verdict)).toEqual(['checking', 'store_blocked', 'store_blocked', 'store_blocked']);
});
