/** Fire drill: break the emulated Amazon on purpose and watch what Storekeeper says. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { DemoState } from '../../../server/src/http/contract/app.ts';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { useNow } from '../api/product-clock.ts';
import { demoQuery, storesQuery } from '../api/queries.ts';
import { isStatus } from '../api/request.ts';
import { Answer } from '../parts/answer.tsx';
import { Button } from '../parts/button.tsx';
import { ProblemNotice } from '../parts/failure.tsx';
import { Page } from '../parts/page.tsx';
import { MissingText } from '../shell/missing-page.tsx';
import { weekdayAndClock } from '../words/dates.ts';
import { DrillList } from './drill-list.tsx';
import { DrillResult } from './drill-result.tsx';
import { readTarget, targetKey, type Target } from './drill-target.ts';
import { TargetList } from './target-list.tsx';
import { useDemoCalls } from './use-demo-calls.ts';

const route = getRouteApi('/inside/demo/fire-drill');

const MOVES = [
  { label: '+ 2 min', move: { advance: 'PT2M' } },
  { label: '+ 1 hour', move: { advance: 'PT1H' } },
  { label: '+ 1 day', move: { advance: 'P1D' } },
  { label: '+ 30 days', move: { advance: 'P30D' } },
  { label: 'To next expiry', move: { to: 'next_expiry' } },
] as const;

function Clock({ calls }: { calls: ReturnType<typeof useDemoCalls> }) {
  const now = useNow(1000);
  return (
    <section className="card clk" aria-label="Demo clock">
      <div>
        <div className="asof">Demo clock, shared with the emulated Amazon</div>
        <div className="v num">{weekdayAndClock(now)}</div>
      </div>
      <div className="acts row wrap">
        {MOVES.map(({ label, move }) => (
          <Button
            key={label}
            size="row"
            busy={calls.move.isPending && calls.move.variables === move}
            onClick={() => calls.move.mutate(move)}
          >
            {label}
          </Button>
        ))}
      </div>
    </section>
  );
}

function Loaded({ state, stores }: { state: DemoState; stores: readonly StoreBody[] }) {
  const { store: chosen } = route.useSearch();
  const navigate = route.useNavigate();
  const calls = useDemoCalls();
  const target = readTarget(chosen, stores);
  // The target is pinned as soon as the page opens: a store that breaks must not hand its place to the next.
  const key = target === null ? null : targetKey(target);
  useEffect(() => {
    if (chosen === undefined && key !== null)
      void navigate({ search: { store: key }, replace: true, resetScroll: false });
  }, [chosen, key, navigate]);
  const choose = (next: Target): void =>
    void navigate({ search: { store: targetKey(next) }, replace: true, resetScroll: false });
  const failed = [calls.start, calls.stop, calls.move].find((call) => call.isError);
  return (
    <>
      {failed !== undefined && (
        <div className="mt12">
          <ProblemNotice error={failed.error} />
        </div>
      )}
      <Clock calls={calls} />
      <div className="drill">
        <TargetList stores={stores} target={target} onChoose={choose} />
        <DrillList state={state} target={target} calls={calls} />
        <DrillResult state={state} stores={stores} target={target} />
      </div>
    </>
  );
}

export function FireDrillPage() {
  const client = useQueryClient();
  const calls = useDemoCalls();
  const demo = useQuery({
    ...demoQuery,
    refetchInterval: (query) => ((query.state.data?.running.length ?? 0) > 0 ? 1500 : false),
  });
  const stores = useQuery(storesQuery(client));
  if (isStatus(demo.error, 404)) {
    return (
      <Page title="There is no demo here">
        <MissingText />
      </Page>
    );
  }
  return (
    <Page
      title="Fire drill"
      sub={
        <p className="sub">
          Break the emulated Amazon on purpose and watch what Storekeeper says. Nothing here reaches a real marketplace.
        </p>
      }
      actions={
        <Button busy={calls.reset.isPending} onClick={() => calls.reset.mutate()}>
          Stop all and reset
        </Button>
      }
    >
      {calls.reset.isError && <ProblemNotice error={calls.reset.error} />}
      <Answer query={demo} what="the fire drill" unchanged="No drill was started or stopped.">
        {(state) => (
          <Answer query={stores} what="your stores" unchanged="Nothing about your stores has changed.">
            {(list) => <Loaded state={state} stores={list.stores} />}
          </Answer>
        )}
      </Answer>
    </Page>
  );
}
