/** All stores by the place where they are renewed: where to sign in, what to click, and each store with its end. */
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { RenewalPlace, Renewals, RenewalStore } from '../../../server/src/http/contract/renewals.ts';
import { greenStores } from '../api/green-moment.ts';
import { useObservable } from '../api/observable.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/icon.tsx';
import { GuideSteps } from '../repair/guide-steps.tsx';
import { things } from '../words/counts.ts';
import { calendarDay, stateFace, stateNote } from './plan-words.ts';
import { RenewAction } from './renew-action.tsx';

type Props = { place: RenewalPlace; plan: Renewals; onRepair: (id: string) => void };

function End({ store }: { store: RenewalStore }) {
  if (store.ends_on === null) return <span className="t3">unknown</span>;
  return (
    <>
      <time className="num" dateTime={store.ends_on}>
        {calendarDay(store.ends_on)}
      </time>{' '}
      <span className="tag">estimate</span>
    </>
  );
}

function Row({ store, place, plan, onRepair, green }: Props & { store: RenewalStore; green: boolean }) {
  const face = stateFace(store);
  const note = stateNote(store);
  return (
    <tr role="row" data-row={store.id} className={green ? 'greened' : undefined}>
      <td role="cell" className="c-store">
        <Link className="sname" to="/stores/$storeId" params={{ storeId: store.id }}>
          {store.name}
        </Link>
        <div className="sub2">
          {store.site}
          {store.email !== null && ` · ${store.email}`}
        </div>
      </td>
      <td role="cell" className="c-end">
        <span className="only-phone" aria-hidden="true">
          ends{' '}
        </span>
        <End store={store} />
      </td>
      <td role="cell" className="c-what">
        <span className={`st ${face.tone}${face.tone === 'warn' || face.tone === 'act' ? ' pill' : ''}`}>
          <Icon name={face.icon} size={15} />
          <span className="num">{face.text}</span>
        </span>
        {note !== '' && <div className="sub2">{note}</div>}
      </td>
      <td role="cell" className="c-act r">
        <RenewAction store={store} place={place} plan={plan} onRepair={onRepair} />
      </td>
    </tr>
  );
}

/** Where one clicks what, in one line; the steps behind it. */
function How({ place }: { place: RenewalPlace }) {
  if (place.steps.length === 0) return null;
  return (
    <details className="know rn-how">
      <summary>
        <Icon name="right" size={12} />
        What to click there
      </summary>
      <GuideSteps
        guide={{ title: '', opens: place.opens, way: place.way, steps: place.steps, picture: null }}
        waiting={false}
      />
    </details>
  );
}

/** So many rows of one place are shown unasked: the most urgent ones. */
const SHOWN = 100;

function PlaceRows({ place, plan, onRepair, green }: Props & { green: ReadonlySet<string> }) {
  const [all, setAll] = useState(false);
  const shown = all ? place.stores : place.stores.slice(0, SHOWN);
  return (
    <tbody role="rowgroup">
      <tr role="row" className="grouphead">
        <th role="rowheader" scope="rowgroup" colSpan={COLUMNS}>
          <span className="rn-host">
            {place.host}
            {place.marketplace === 'amazon-mws' && <span className="tag at-name">MWS</span>}
          </span>
          <span className="sm t2">
            {things(place.stores.length, 'store')}. Sign in there as each store’s <b>primary user</b>
            {place.button !== null && (
              <>
                {' '}
                and click <b>{place.button}</b>
              </>
            )}
            .{!place.seen && ' The same token goes on, so nothing is to be copied.'}
          </span>
          <How place={place} />
        </th>
      </tr>
      {shown.map((store) => (
        <Row key={store.id} store={store} place={place} plan={plan} onRepair={onRepair} green={green.has(store.id)} />
      ))}
      {shown.length < place.stores.length && (
        <tr role="row">
          <td role="cell" colSpan={COLUMNS}>
            <Button size="row" onClick={() => setAll(true)}>
              Show all {things(place.stores.length, 'store')}
            </Button>
          </td>
        </tr>
      )}
    </tbody>
  );
}

const COLUMNS = 4;

type ListProps = { places: readonly RenewalPlace[]; plan: Renewals; onRepair: (id: string) => void };

export function RenewalList({ places, plan, onRepair }: ListProps) {
  const green = useObservable(greenStores);
  return (
    <section className="sec" aria-labelledby="renewals-heading">
      <div className="sech">
        <h2 id="renewals-heading">Where each store is renewed</h2>
      </div>
      <div className="card">
        <table className="tblm mid rn-table" role="table" aria-labelledby="renewals-heading">
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">
                Store
              </th>
              <th role="columnheader" scope="col" style={{ width: '20%' }}>
                Ends
              </th>
              <th role="columnheader" scope="col" style={{ width: '25%' }}>
                Renewal
              </th>
              <th role="columnheader" scope="col" style={{ width: '26%' }}>
                <span className="vh">Action</span>
              </th>
            </tr>
          </thead>
          {places.map((place) => (
            <PlaceRows key={place.key} place={place} plan={plan} onRepair={onRepair} green={green} />
          ))}
        </table>
      </div>
    </section>
  );
}
