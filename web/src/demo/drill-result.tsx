/** Right: what should happen, seen step by step, and what Storekeeper says. */
import { Link } from '@tanstack/react-router';
import type { DemoState } from '../../../server/src/http/contract/app.ts';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { LinkButton } from '../parts/button.tsx';
import { Icon } from '../parts/icon.tsx';
import { StatusLabel } from '../parts/status-label.tsx';
import { AsOf } from '../parts/time.tsx';
import { figure } from '../words/counts.ts';
import { clock } from '../words/dates.ts';
import { REGION_WORDS } from '../words/places.ts';
import { touches, type RunningDrill, type Target } from './drill-target.ts';

type Props = { state: DemoState; stores: readonly StoreBody[]; target: Target | null };

function whereOf(drill: RunningDrill, stores: readonly StoreBody[]): string {
  if (drill.store_id !== null) return stores.find((store) => store.id === drill.store_id)?.name ?? 'a removed store';
  const region = drill.region;
  return region === 'na' || region === 'eu' || region === 'fe' ? `all of ${REGION_WORDS[region]}` : 'everywhere';
}

function Run({ drill, stores }: { drill: RunningDrill; stores: readonly StoreBody[] }) {
  return (
    <div className="pr-list run">
      <p className="sm t2">
        {drill.title} · {whereOf(drill, stores)} · since <span className="num">{clock(drill.started_at)}</span>
      </p>
      <ul className="mt8">
        {drill.expectations.map((expectation) => (
          <li key={expectation.text} className={expectation.done ? 'good' : 'calm'}>
            <Icon name={expectation.done ? 'tick' : 'ring'} size={18} />
            <span className={expectation.done ? undefined : 't2'}>
              {expectation.text}
              <span className="vh">{expectation.done ? ' (seen)' : ' (not seen yet)'}</span>
              {expectation.detail !== null && (
                <>
                  <br />
                  <span className="xs t3">{expectation.detail}</span>
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Says({ store, drill }: { store: StoreBody; drill: RunningDrill | undefined }) {
  return (
    <section className="card" aria-labelledby="drill-says">
      <div className="hd">
        <h2 id="drill-says">Storekeeper says</h2>
        <span className="grow" />
        <AsOf at={store.as_of} />
      </div>
      <div className="pr-list">
        <StatusLabel store={store} />
        <p className="sm mt4">{store.text.sentence ?? 'Nothing is wrong with this store.'}</p>
        {drill !== undefined && (
          <dl className="kv mt12">
            <dt>Calls used</dt>
            <dd className="num">{figure(drill.calls_used)}</dd>
            <dt>Time to verdict</dt>
            <dd className="num">
              {drill.seconds_to_verdict === null ? 'not yet' : `${figure(drill.seconds_to_verdict)} s`}
            </dd>
            <dt>Mails</dt>
            <dd>
              <span className="num">{figure(drill.mails)}</span>
              {drill.mails > 0 && (
                <>
                  {' '}
                  · <Link to="/demo/mailbox">open in Mailbox</Link>
                </>
              )}
            </dd>
          </dl>
        )}
        {store.pending && (
          <p className="mt12">
            <LinkButton
              to="/stores/$storeId"
              params={{ storeId: store.id }}
              search={{ repair: 1 }}
              kind="primary"
              size="row"
            >
              Reconnect store
            </LinkButton>
          </p>
        )}
      </div>
    </section>
  );
}

export function DrillResult({ state, stores, target }: Props) {
  const here = target === null ? [] : state.running.filter((drill) => touches(drill, target));
  const elsewhere = state.running.filter((drill) => !here.includes(drill));
  const running = [...here, ...elsewhere];
  const store = target?.kind === 'store' ? stores.find((entry) => entry.id === target.store.id) : undefined;
  return (
    <aside className="stack" aria-label="Result">
      <section className="card" aria-labelledby="drill-expect">
        <div className="hd">
          <h2 id="drill-expect">What should happen</h2>
        </div>
        {running.length === 0 && (
          <p className="bd sm t2">Nothing is broken on purpose right now. Break something, then watch this list.</p>
        )}
        {running.map((drill) => (
          <Run key={drill.id} drill={drill} stores={stores} />
        ))}
        <div className="pr-list">
          <a className="btn s" href={state.seller_central_url} target="_blank" rel="noreferrer">
            Open Seller Central
            <Icon name="leave" size={14} />
            <span className="vh"> (opens a new tab)</span>
          </a>
        </div>
      </section>
      {store !== undefined && <Says store={store} drill={here[0]} />}
    </aside>
  );
}
