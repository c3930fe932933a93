/** One store: how it stands, what was seen, what may be changed. */
import { Menu } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { ProbeResult } from '../../../server/src/http/contract/connect.ts';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { keys, storeQuery } from '../api/queries.ts';
import { isStatus, request } from '../api/request.ts';
import { keepStore, usePause } from '../api/store-changes.ts';
import { useNow } from '../api/product-clock.ts';
import { Answer } from '../parts/answer.tsx';
import { Button } from '../parts/button.tsx';
import { CheckList } from '../parts/check-list.tsx';
import { ProblemNotice } from '../parts/failure.tsx';
import { Icon } from '../parts/icon.tsx';
import { MENU } from '../parts/menu.ts';
import { Ladder, Progress } from '../parts/ladder.tsx';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { StatusLabel } from '../parts/status-label.tsx';
import { MoveNotice } from '../move/move-notice.tsx';
import { HandOffNotice } from '../repair/hand-off-notice.tsx';
import { MissingText } from '../shell/missing-page.tsx';
import { awayNote } from '../words/absence.ts';
import { timeOfLook } from '../words/dates.ts';
import { noticesForSeller } from '../words/notices.ts';
import { longPlaceLine } from '../words/places.ts';
import { useManages } from '../api/role.ts';
import { EditStore, RemoveStore } from './store-dialogs.tsx';
import { StoreFacts } from './store-facts.tsx';
import { Timeline } from './timeline.tsx';
import { VerdictCard } from './verdict-card.tsx';

const RepairDialog = lazy(async () => ({ default: (await import('../repair/repair-dialog.tsx')).RepairDialog }));
const MoveDialog = lazy(async () => ({ default: (await import('../move/move-dialog.tsx')).MoveDialog }));

const route = getRouteApi('/inside/stores/$storeId');

function useCheckNow(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<ProbeResult>(`/v1/stores/${encodeURIComponent(id)}/probe`, { method: 'POST', body: {} }),
    onSuccess: (result) => {
      keepStore(client, result.store);
      void client.invalidateQueries({ queryKey: keys.timeline(id) });
    },
  });
}

function Looks({ store }: { store: StoreBody }) {
  const now = useNow();
  const next = store.next_look_at === null ? '' : `, next ${timeOfLook(store.next_look_at, now)}`;
  return (
    <span className="asof num">
      {store.as_of === null ? 'not checked yet' : `checked ${timeOfLook(store.as_of, now)}`}
      {next}
    </span>
  );
}

type ActionsProps = {
  store: StoreBody;
  check: ReturnType<typeof useCheckNow>;
  onEdit: () => void;
  onRemove: () => void;
};

function Actions({ store, check, onEdit, onRemove }: ActionsProps) {
  const pause = usePause(store.id);
  const manages = useManages();
  const paused = store.verdict === 'paused';
  const closed = store.verdict === 'closed';
  return (
    <>
      {!paused && !closed && store.verdict !== 'setup' && (
        <Button busy={check.isPending} onClick={() => check.mutate()}>
          <Icon name="turning" size={15} />
          Check now
        </Button>
      )}
      <Menu {...MENU} position="bottom-end">
        <Menu.Target>
          <Button square aria-label="More actions">
            <Icon name="more" size={15} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown miw={190}>
          <Menu.Item onClick={onEdit}>Edit name and contact</Menu.Item>
          {!closed && (
            <Menu.Item onClick={() => pause.mutate(!paused)}>{paused ? 'Watch it again' : 'Pause watching'}</Menu.Item>
          )}
          {manages && (
            <>
              <Menu.Divider />
              <Menu.Item color="red" onClick={onRemove}>
                Remove this store
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function CheckResult({ check }: { check: ReturnType<typeof useCheckNow> }) {
  if (check.isError) return <ProblemNotice error={check.error} />;
  if (!check.isSuccess) return null;
  return (
    <section className="card lad-card" aria-labelledby="just-checked">
      <div className="lad-head row">
        <h2 id="just-checked" className="grow">
          Just checked, test by test
        </h2>
        <Button kind="quiet" size="row" square aria-label="Close this result" onClick={() => check.reset()}>
          <Icon name="close" size={16} />
        </Button>
      </div>
      <Progress steps={check.data.steps} />
      <Ladder steps={check.data.steps} />
    </section>
  );
}

function Loaded({ store }: { store: StoreBody }) {
  const { repair, move } = route.useSearch();
  const navigate = route.useNavigate();
  const check = useCheckNow(store.id);
  const [dialog, setDialog] = useState<'edit' | 'remove' | null>(null);
  const show = (search: { repair?: 1; move?: 1 }): void =>
    void navigate({ search, replace: Object.keys(search).length === 0, resetScroll: false });
  const [begin, setBegin] = useState<'hand_off' | null>(null);
  const showRepair = (shown: boolean, at: 'hand_off' | null = null): void => {
    setBegin(at);
    show(shown ? { repair: 1 } : {});
  };
  const away = awayNote(store, useNow());
  const shownNotices = noticesForSeller(store).filter(({ cause }) => cause !== 'mkt.sunset' || !store.can_move);
  return (
    <Page
      title={store.name}
      crumb={store.name}
      sub={
        <div className="m3">
          <StatusLabel store={store} asPill={store.verdict === 'connected' || store.verdict === 'checking'} />
          <span className="sm t2">{longPlaceLine(store)}</span>
          <Looks store={store} />
          {away !== null && <span className="tag">{away}</span>}
        </div>
      }
      actions={
        <Actions store={store} check={check} onEdit={() => setDialog('edit')} onRemove={() => setDialog('remove')} />
      }
    >
      <div className="cols">
        <div className="stack">
          <VerdictCard store={store} onRepair={() => showRepair(true)} />
          <HandOffNotice storeId={store.id} onShow={() => showRepair(true, 'hand_off')} />
          <MoveNotice store={store} onMove={() => show({ move: 1 })} />
          {shownNotices.map((notice) => (
            <Notice key={notice.cause} tone="warn" icon="alert">
              {notice.text}
            </Notice>
          ))}
          <CheckResult check={check} />
          <section className="card" aria-labelledby="checks-heading">
            <div className="hd">
              <h2 id="checks-heading">Three checks</h2>
            </div>
            <div className="bd chk-card">
              <CheckList checks={store.checks} />
            </div>
          </section>
          <Timeline storeId={store.id} />
        </div>
        <StoreFacts store={store} onRemove={() => setDialog('remove')} />
      </div>
      {dialog === 'edit' && <EditStore store={store} onClose={() => setDialog(null)} />}
      {dialog === 'remove' && <RemoveStore store={store} onClose={() => setDialog(null)} />}
      <Suspense fallback={null}>
        {repair === 1 && <RepairDialog storeId={store.id} begin={begin} onClose={() => showRepair(false)} />}
        {move === 1 && <MoveDialog store={store} onClose={() => show({})} />}
      </Suspense>
    </Page>
  );
}

export function StorePage() {
  const { storeId } = route.useParams();
  const store = useQuery(storeQuery(storeId));
  if (isStatus(store.error, 404)) {
    return (
      <Page title="This store is not here" crumb="Not here">
        <MissingText what="store" />
      </Page>
    );
  }
  if (store.data !== undefined) return <Loaded key={storeId} store={store.data} />;
  return (
    <Page title="Store" crumb="Store">
      <Answer query={store} what="this store" unchanged="Nothing about it has changed.">
        {() => null}
      </Answer>
    </Page>
  );
}
