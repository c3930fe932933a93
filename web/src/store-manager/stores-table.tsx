/** *Stores*: every store that needs nobody, with search, filters and sorting that live in the address. */
import { useRef, type ReactNode } from 'react';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { greenStores } from '../api/green-moment.ts';
import { useObservable } from '../api/observable.ts';
import { figure } from '../words/counts.ts';
import type { HoldHandlers } from './held-rows.ts';
import type { Filters, Sort } from './ordering.ts';
import { useRowWindow, WINDOW_FROM } from './row-window.ts';
import { StoreRow } from './store-row.tsx';
import { SortHeading, Space } from './table-parts.tsx';

export const STORE_ROW = { desktop: 58, phone: 96 } as const;
const COLUMNS = 5;

type Props = {
  stores: readonly StoreBody[];
  /** How many there are without filters. */
  total: number;
  filters: Filters;
  marked: string | null;
  bar: ReactNode;
  /** Shown instead of the table when nothing matches. */
  instead: ReactNode;
  handlers: (store: StoreBody) => HoldHandlers;
  onSort: (sort: Sort) => void;
  onOpen: (id: string) => void;
  onReconnect: (id: string) => void;
};

function Head({ filters, onSort }: Pick<Props, 'filters' | 'onSort'>) {
  const sortable = { filters, onSort };
  return (
    <thead role="rowgroup">
      <tr role="row">
        <SortHeading sort="name" width="24%" {...sortable}>
          Store
        </SortHeading>
        <SortHeading sort="status" {...sortable}>
          Status
        </SortHeading>
        <SortHeading sort="sites" className="c-sites" width="26%" {...sortable}>
          Sites
        </SortHeading>
        <SortHeading sort="as_of" right width="120px" {...sortable}>
          Looked at
        </SortHeading>
        <th role="columnheader" scope="col" style={{ width: '58px' }}>
          <span className="vh">More</span>
        </th>
      </tr>
    </thead>
  );
}

function Body({ stores, marked, handlers, onOpen, onReconnect }: Props) {
  const body = useRef<HTMLTableSectionElement>(null);
  const green = useObservable(greenStores);
  const view = useRowWindow(body, stores.length, STORE_ROW);
  const shown = stores.slice(view?.first, view?.end);
  const stop = stores.some((store) => store.id === marked) ? marked : stores[0]?.id;
  return (
    <tbody role="rowgroup" ref={body}>
      <Space height={view?.above ?? 0} columns={COLUMNS} />
      {shown.map((store, place) => (
        <StoreRow
          key={store.id}
          store={store}
          tabStop={store.id === stop}
          rowIndex={view === null ? undefined : view.first + place + 2}
          green={green.has(store.id)}
          handlers={handlers}
          onOpen={onOpen}
          onReconnect={onReconnect}
        />
      ))}
      <Space height={view?.below ?? 0} columns={COLUMNS} />
    </tbody>
  );
}

export function StoresTable(props: Props) {
  const { stores, total, filters, bar, instead, onSort } = props;
  const windowed = stores.length > WINDOW_FROM;
  return (
    <section className="sec" aria-labelledby="stores-heading">
      <div className="sech wrap">
        <h2 id="stores-heading">Stores</h2>
        <span className="n">
          {stores.length === total ? figure(total) : `${figure(stores.length)} of ${figure(total)}`}
        </span>
        <span className="grow not-phone" />
        {bar}
      </div>
      {stores.length === 0 ? (
        instead
      ) : (
        <div className="card">
          <table
            className={`tblm stores mid dense${windowed ? ' windowed' : ''}`}
            role="table"
            aria-labelledby="stores-heading"
            aria-rowcount={windowed ? stores.length + 1 : undefined}
            data-table="stores"
          >
            <Head filters={filters} onSort={onSort} />
            <Body {...props} />
          </table>
        </div>
      )}
    </section>
  );
}
