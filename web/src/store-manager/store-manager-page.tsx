/** Store Manager: one sentence, what needs someone, the rest. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import type { StoreList } from '../api/all-stores.ts';
import { storesQuery } from '../api/queries.ts';
import { useFinishConnecting } from '../connect/finish-connecting.ts';
import { LinkButton } from '../parts/button.tsx';
import { Failure, ProblemNotice } from '../parts/failure.tsx';
import { Icon } from '../parts/icon.tsx';
import { Page } from '../parts/page.tsx';
import { RenewalNotice } from '../renewals/renewal-notice.tsx';
import { NoMatch, NoStores, StoresLoading } from './empty-states.tsx';
import { FilterBar } from './filter-bar.tsx';
import { useHeldRows } from './held-rows.ts';
import { KeySheet } from './key-sheet.tsx';
import { arrange, nextSort, NOTHING_HELD, type Filters, type Held, type Sort } from './ordering.ts';
import { pendingOrder, PendingTable } from './pending-table.tsx';
import { revealRow } from './reveal-row.ts';
import { useRowKeys } from './row-keys.ts';
import { countGroups } from './standing.ts';
import { StoresTable } from './stores-table.tsx';
import { Summary } from './summary.tsx';

const RepairDialog = lazy(async () => ({ default: (await import('../repair/repair-dialog.tsx')).RepairDialog }));

const route = getRouteApi('/inside/stores');

type Change = { [K in keyof Filters]?: Filters[K] | undefined } & { repair?: string | undefined };

/** Undefined members leave the address. */
function useAddress() {
  const navigate = route.useNavigate();
  return useCallback(
    (change: Change, replace = true) =>
      void navigate({
        search: (known) => {
          const next: Record<string, unknown> = { ...known, ...change };
          return Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined)) as typeof known;
        },
        replace,
        resetScroll: false,
      }),
    [navigate],
  );
}

/** A held row matters only once its store has changed; until then the order is the same without it. */
function changedOnes(held: Held, list: StoreList): Held {
  if (held.size === 0) return NOTHING_HELD;
  const changed = list.stores.flatMap((store) => {
    const as = held.get(store.id);
    return as === undefined || as === store ? [] : [[store.id, as] as const];
  });
  return changed.length === 0 ? NOTHING_HELD : new Map(changed);
}

function useTables(list: StoreList, filters: Filters, held: Held) {
  const holding = useMemo(() => changedOnes(held, list), [held, list]);
  const tables = useMemo(() => arrange(list.stores, filters, holding), [list, filters, holding]);
  const order = useMemo(() => [...pendingOrder(tables.pending), ...tables.stores.map((store) => store.id)], [tables]);
  return { ...tables, order };
}

function Loaded({ list }: { list: StoreList }) {
  const { repair, ...search } = route.useSearch();
  const navigate = route.useNavigate();
  const change = useAddress();
  const searchBox = useRef<HTMLInputElement>(null);
  const [help, setHelp] = useState(false);
  const filters = useStable(search);
  const finish = useFinishConnecting();
  const { mutate: finishConnecting } = finish;
  const setups = useMemo(() => new Set(list.stores.flatMap((s) => (s.verdict === 'setup' ? [s.id] : []))), [list]);
  const onReconnect = useCallback(
    (id: string) => (setups.has(id) ? finishConnecting(id) : change({ repair: id }, false)),
    [change, finishConnecting, setups],
  );
  const onOpen = useCallback(
    (id: string) => void navigate({ to: '/stores/$storeId', params: { storeId: id } }),
    [navigate],
  );
  const onSort = useCallback(
    (sort: Sort) => change({ sort: undefined, dir: undefined, ...nextSort(filters, sort) }),
    [change, filters],
  );
  const closeRepair = (id: string): void => {
    change({ repair: undefined });
    // The row may have moved to the other table meanwhile: the focus follows it there.
    setTimeout(() => {
      if (document.activeElement === document.body)
        document.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)?.focus();
    }, 60);
  };
  const [marked, setMarked] = useState<string | null>(null);
  const { held, handlers } = useHeldRows(setMarked);
  const { pending, stores, order } = useTables(list, filters, held);
  useRowKeys({
    order,
    marked,
    onOpen,
    onReconnect,
    onSearch: () => searchBox.current?.focus(),
    onHelp: () => setHelp(true),
    onReveal: (id) => revealRow(id, { pending: pendingOrder(pending), stores: stores.map((store) => store.id) }),
  });
  const counts = useMemo(() => countGroups(list.stores), [list]);
  const total = useMemo(() => arrange(list.stores, {}).stores.length, [list]);
  const table = { filters, marked, handlers, onSort, onReconnect };
  return (
    <>
      <RenewalNotice stores={list.stores} />
      <Summary
        stores={list.stores}
        counts={counts}
        complete={list.complete}
        chosen={filters.status}
        onChoose={(status) => change({ status })}
      />
      {finish.isError && <ProblemNotice error={finish.error} />}
      {pending.length > 0 && <PendingTable stores={pending} {...table} />}
      <StoresTable
        stores={stores}
        total={filters.status === 'put_away' ? stores.length : total}
        bar={<FilterBar filters={filters} onChange={change} search={searchBox} />}
        instead={
          <NoMatch
            all={list.stores}
            filters={filters}
            pendingShown={pending.length}
            onClear={() => change({ q: undefined, status: undefined, region: undefined })}
          />
        }
        onOpen={onOpen}
        {...table}
      />
      <p className="asof not-phone mt12">
        Press <kbd>?</kbd> for the keys of this page.
      </p>
      {help && <KeySheet onClose={() => setHelp(false)} />}
      <Suspense fallback={null}>
        {repair !== undefined && <RepairDialog key={repair} storeId={repair} onClose={() => closeRepair(repair)} />}
      </Suspense>
    </>
  );
}

/** The same object as long as the filters are the same, so that nothing is sorted twice. */
function useStable(filters: Filters): Filters {
  const key = JSON.stringify(filters);
  return useMemo(() => JSON.parse(key) as Filters, [key]);
}

export function StoreManagerPage() {
  const client = useQueryClient();
  const stores = useQuery(storesQuery(client));
  const empty = stores.data !== undefined && stores.data.complete && stores.data.stores.length === 0;
  return (
    <Page
      title="Store Manager"
      actions={
        empty ? undefined : (
          <LinkButton to="/connect" kind="primary" className="grow">
            <Icon name="plus" size={15} />
            Connect a store
          </LinkButton>
        )
      }
    >
      {stores.data === undefined && stores.isPending && <StoresLoading />}
      {stores.data === undefined && stores.isError && (
        <Failure
          title="Your stores could not be loaded"
          unchanged="Nothing about your stores has changed."
          error={stores.error}
          busy={stores.isFetching}
          onRetry={() => void stores.refetch()}
        />
      )}
      {stores.data !== undefined && (empty ? <NoStores /> : <Loaded list={stores.data} />)}
    </Page>
  );
}
