/** *Stores pending connection*. From 40 rows on it is grouped by who acts. */
import { useMemo, useRef } from 'react';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { figure, things } from '../words/counts.ts';
import { whoActs } from '../words/who.ts';
import type { HoldHandlers } from './held-rows.ts';
import type { Filters, Sort } from './ordering.ts';
import { PendingRow } from './pending-row.tsx';
import { useRowWindow, WINDOW_FROM } from './row-window.ts';
import { SortHeading, Space } from './table-parts.tsx';

const GROUP_FROM = 40;
export const PENDING_ROW = { desktop: 78, phone: 292 } as const;
const COLUMNS = 6;

type Item = { kind: 'head'; who: string; count: number } | { kind: 'row'; store: StoreBody };

/** Rows, with a heading before each person who acts as soon as the list is long. */
function itemsOf(stores: readonly StoreBody[]): Item[] {
  if (stores.length < GROUP_FROM) return stores.map((store) => ({ kind: 'row', store }));
  const byWho = new Map<string, StoreBody[]>();
  for (const store of stores) {
    const who = whoActs(store).name;
    byWho.set(who, [...(byWho.get(who) ?? []), store]);
  }
  return [...byWho].flatMap(([who, rows]): Item[] => [
    { kind: 'head', who, count: rows.length },
    ...rows.map((store): Item => ({ kind: 'row', store })),
  ]);
}

/** The order in which the rows stand on the page, for the keyboard. */
export function pendingOrder(stores: readonly StoreBody[]): string[] {
  return itemsOf(stores).flatMap((item) => (item.kind === 'row' ? [item.store.id] : []));
}

type Props = {
  stores: readonly StoreBody[];
  filters: Filters;
  marked: string | null;
  handlers: (store: StoreBody) => HoldHandlers;
  onSort: (sort: Sort) => void;
  onReconnect: (id: string) => void;
};

type HeadProps = Pick<Props, 'filters' | 'onSort'>;

function Head({ filters, onSort }: HeadProps) {
  const sortable = { filters, onSort };
  return (
    <thead role="rowgroup">
      <tr role="row">
        <SortHeading sort="name" width="20%" {...sortable}>
          Store
        </SortHeading>
        <SortHeading sort="status" {...sortable}>
          What happened
        </SortHeading>
        <th role="columnheader" scope="col" style={{ width: '15%' }}>
          Who acts
        </th>
        <SortHeading sort="since" width="84px" {...sortable}>
          Since
        </SortHeading>
        <th role="columnheader" scope="col" className="c-stake r" style={{ width: '128px' }}>
          At stake
        </th>
        <th role="columnheader" scope="col" style={{ width: '158px' }}>
          <span className="vh">Action</span>
        </th>
      </tr>
    </thead>
  );
}

function Body({ stores, marked, handlers, onReconnect, items }: Props & { items: readonly Item[] }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const view = useRowWindow(body, items.length, PENDING_ROW);
  const shown = items.slice(view?.first, view?.end);
  const stop = stores.some((store) => store.id === marked)
    ? marked
    : items.find((item) => item.kind === 'row')?.store.id;
  return (
    <tbody role="rowgroup" ref={body}>
      <Space height={view?.above ?? 0} columns={COLUMNS} />
      {shown.map((item, place) =>
        item.kind === 'head' ? (
          <tr role="row" className="grouphead" key={`who-${item.who}`}>
            <th role="rowheader" scope="rowgroup" colSpan={COLUMNS}>
              {item.who} · {things(item.count, 'store')}
            </th>
          </tr>
        ) : (
          <PendingRow
            key={item.store.id}
            store={item.store}
            tabStop={item.store.id === stop}
            rowIndex={view === null ? undefined : view.first + place + 2}
            handlers={handlers}
            onReconnect={onReconnect}
          />
        ),
      )}
      <Space height={view?.below ?? 0} columns={COLUMNS} />
    </tbody>
  );
}

export function PendingTable(props: Props) {
  const { stores, filters, onSort } = props;
  const items = useMemo(() => itemsOf(stores), [stores]);
  const windowed = items.length > WINDOW_FROM;
  return (
    <section className="sec" aria-labelledby="pending-heading">
      <div className="sech">
        <h2 id="pending-heading">Stores pending connection</h2>
        <span className="n">{figure(stores.length)}</span>
        <span className="grow" />
        <span className="asof not-phone">
          {filters.sort === undefined ? 'Ordered by deadline, then by waiting time · live' : 'Live'}
        </span>
      </div>
      <div className="card">
        <table
          className={`tblm pend${windowed ? ' windowed' : ''}`}
          role="table"
          aria-labelledby="pending-heading"
          aria-rowcount={windowed ? items.length + 1 : undefined}
          data-table="pending"
        >
          <Head filters={filters} onSort={onSort} />
          <Body {...props} items={items} />
        </table>
      </div>
    </section>
  );
}
