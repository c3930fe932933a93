/** No store yet, no store that matches, the list on its way. */
import { Link } from '@tanstack/react-router';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { Button, LinkButton } from '../parts/button.tsx';
import { Icon, type IconName } from '../parts/icon.tsx';
import { Loading, SkeletonRows } from '../parts/skeleton.tsx';
import { hasFilters, nearest, type Filters } from './ordering.ts';

const TO_KNOW: readonly { icon: IconName; title: string; text: string }[] = [
  { icon: 'person', title: 'You need the store’s primary user', text: 'Only this person can confirm at Amazon.' },
  {
    icon: 'shield',
    title: 'We can read, never change',
    text: 'Payouts, balances, reports. No listings, prices or bank accounts.',
  },
  { icon: 'clock', title: 'It lasts a year', text: 'We remind you five times, and stop when it is done.' },
];

export function NoStores() {
  return (
    <section className="card em">
      <div>
        <h2>Connect your first store, and know at once when it breaks.</h2>
        <p>
          You confirm at the marketplace; we test the connection in front of you and watch it from then on. It takes
          about a minute.
        </p>
        <div className="row wrap mt16">
          <LinkButton to="/connect" kind="primary" size="large">
            Connect a store
          </LinkButton>
        </div>
      </div>
      <ul className="lk">
        {TO_KNOW.map((entry) => (
          <li key={entry.title}>
            <Icon name={entry.icon} size={18} />
            <span>
              <b>{entry.title}</b>
              <br />
              <span className="t2">{entry.text}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

type NoMatchProps = {
  all: readonly StoreBody[];
  filters: Filters;
  pendingShown: number;
  onClear: () => void;
};

/** Says what was searched and offers the nearest name. */
export function NoMatch({ all, filters, pendingShown, onClear }: NoMatchProps) {
  if (!hasFilters(filters)) {
    return <p className="card er t2">Every store stands under Stores pending connection.</p>;
  }
  const q = filters.q;
  const near = q === undefined || pendingShown > 0 ? null : nearest(all, q);
  return (
    <div className="card er">
      <h3>{q === undefined ? 'No other store matches.' : `No connected store matches “${q.trim()}”.`}</h3>
      {pendingShown > 0 && <p className="t2 sm">What matches stands under Stores pending connection.</p>}
      {near !== null && (
        <p className="t2 sm">
          One {near.pending ? 'under Stores pending connection' : 'of your stores'} is close:{' '}
          <Link to="/stores/$storeId" params={{ storeId: near.id }}>
            {near.name}
          </Link>
          .
        </p>
      )}
      <Button size="row" className="mt8" onClick={onClear}>
        {q === undefined ? 'Show all stores' : 'Clear search'}
      </Button>
    </div>
  );
}

export function StoresLoading() {
  return (
    <Loading what="your stores">
      <section className="card" style={{ padding: 20, display: 'grid', gap: 12 }}>
        <div className="sk" style={{ width: '60%', maxWidth: 260, height: 18 }} />
        <div className="sk" style={{ width: '80%', maxWidth: 420 }} />
        <div className="sk" style={{ width: '100%', height: 10, marginTop: 6 }} />
      </section>
      <section className="sec">
        <div className="sech">
          <h2>Stores pending connection</h2>
        </div>
        <SkeletonRows rows={3} />
      </section>
      <section className="sec">
        <div className="sech">
          <h2>Stores</h2>
        </div>
        <SkeletonRows rows={4} />
      </section>
    </Loading>
  );
}
