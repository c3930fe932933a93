/** What is known about a store: its sites, its permission, its identity. What is not known reads "unknown". */
import type { ReactNode } from 'react';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { useNow } from '../api/product-clock.ts';
import { Icon } from '../parts/icon.tsx';
import { AsOf } from '../parts/time.tsx';
import { PlannedAbsence } from './planned-absence.tsx';
import { day, daysLeft, fullTime, toMs } from '../words/dates.ts';
import { marketplaceWord, REGION_WORDS } from '../words/places.ts';

function Sites({ store }: { store: StoreBody }) {
  return (
    <section className="card" aria-labelledby="sites-heading">
      <div className="hd">
        <h2 id="sites-heading">Sites</h2>
        <span className="grow" />
        <AsOf at={store.last_ok_at} />
      </div>
      {store.sites.length === 0 ? (
        <p className="bd sm t2">{marketplaceWord(store.marketplace)} has not told us its sites yet.</p>
      ) : (
        <ul className="cap">
          {store.sites.map((site) => {
            const face = siteFace(site);
            return (
              <li key={site.marketplace_id} className={face.tone}>
                <Icon name={face.icon} size={17} />
                <span className="m5">{site.site}</span>
                <span className="v">{face.word}</span>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

function siteFace(site: StoreBody['sites'][number]) {
  if (!site.participating) return { tone: 'calm', icon: 'minus', word: 'not selling' } as const;
  if (site.listings_suspended) return { tone: 'warn', icon: 'half', word: 'listings suspended' } as const;
  return { tone: 'good', icon: 'tick', word: 'selling' } as const;
}

function Permission({ store }: { store: StoreBody }) {
  const now = useNow();
  const { authorized_at: from, expires_at: to } = store;
  const known = from !== null && to !== null;
  const total = known ? toMs(to) - toMs(from) : 1;
  const spent = known ? Math.min(1, Math.max(0, (now - toMs(from)) / total)) : 0;
  const dayOf = Math.min(365, Math.max(0, Math.round(spent * 365)));
  return (
    <section className="card yr" aria-labelledby="permission-heading">
      <div className="row">
        <h2 id="permission-heading">Permission</h2>
        <span className="grow" />
        {to !== null && <span className="tag">estimate</span>}
      </div>
      {known && (
        <>
          <div className="tr" role="img" aria-label={`Day ${dayOf} of 365`}>
            <i style={{ width: `${Math.round(spent * 100)}%` }} />
          </div>
          <div className="row xs t3 num">
            <span>given {day(from)}</span>
            <span className="grow" />
            <span>about {day(to)}</span>
          </div>
        </>
      )}
      <dl className="kv">
        <Row term="Authorized">{from === null ? 'unknown' : day(from)}</Row>
        <Row term="Expires">
          {to === null
            ? 'unknown'
            : `about ${day(to)}${toMs(to) > now ? `, ${daysLeft(to, now)} days left` : ', past'}`}
        </Row>
      </dl>
      <p className="hint">Amazon tells nobody the date. It is the day of the permission and 365 days.</p>
    </section>
  );
}

function Row({ term, children, mono = false }: { term: string; children: ReactNode; mono?: boolean }) {
  return (
    <>
      <dt>{term}</dt>
      <dd className={mono ? 'mono' : 'num'} style={{ whiteSpace: 'normal' }}>
        {children}
      </dd>
    </>
  );
}

function sellerWords({ seller_id, claimed_seller_id }: StoreBody): string {
  if (seller_id !== null) return seller_id;
  return claimed_seller_id === null ? 'not verified yet' : `${claimed_seller_id} (not verified yet)`;
}

function Identity({ store }: { store: StoreBody }) {
  return (
    <section className="card yr" aria-labelledby="identity-heading">
      <h2 id="identity-heading">Identity</h2>
      <dl className="kv">
        <Row term="Seller ID" mono>
          {sellerWords(store)}
        </Row>
        <Row term="Region">
          {marketplaceWord(store.marketplace)} {REGION_WORDS[store.region]}
        </Row>
        <Row term="E-mail">{store.email ?? 'yours'}</Row>
        <Row term="Second contact">{store.second_email ?? 'as under Settings'}</Row>
        <Row term="Currency">{store.currency ?? 'not set'}</Row>
        <Row term="Receiving account">{store.receiving_account ?? 'not set'}</Row>
        <Row term="Connected since">
          <time dateTime={store.created_at} title={fullTime(store.created_at)}>
            {day(store.created_at)}
          </time>
        </Row>
        <Row term="Last worked">
          {store.last_ok_at === null ? (
            'not yet'
          ) : (
            <time dateTime={store.last_ok_at} title={fullTime(store.last_ok_at)}>
              {day(store.last_ok_at)}
            </time>
          )}
        </Row>
      </dl>
    </section>
  );
}

export function StoreFacts({ store, onRemove }: { store: StoreBody; onRemove: () => void }) {
  return (
    <aside className="stack" aria-label="Facts">
      <Sites store={store} />
      <Permission store={store} />
      <PlannedAbsence store={store} onRemove={onRemove} />
      <Identity store={store} />
    </aside>
  );
}
