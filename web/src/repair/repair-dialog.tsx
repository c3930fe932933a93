/** *Reconnect Your Store*: cause left, steps right; it turns green by itself. Closing undoes nothing. */
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import type { Repair } from '../../../server/src/http/contract/connect.ts';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { isStatus } from '../api/request.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Failure } from '../parts/failure.tsx';
import { Loading, SkeletonCard } from '../parts/skeleton.tsx';
import { MissingText } from '../shell/missing-page.tsx';
import { longPlaceLine } from '../words/places.ts';
import { sellerActs } from '../words/seller-acts.ts';
import { CausePane } from './cause-pane.tsx';
import { GreenBody } from './green-body.tsx';
import { GuideSteps } from './guide-steps.tsx';
import { HandOffNotice } from './hand-off-notice.tsx';
import { HandOffBody, HandOffButton } from './hand-off.tsx';
import { LiveBox } from './live-box.tsx';
import { ManualForm } from './manual-form.tsx';
import { ConsentButton, RepairFooter } from './repair-footer.tsx';
import { afterNothingToDo, mayBeThePermission } from './standing-doubt.ts';
import { useRepair } from './use-repair.ts';
import { WrongStoreBody } from './wrong-store-body.tsx';

/** What the dialog shows beside the cause: typed-in credentials, or the link for the owner. */
type Aside = 'manual' | 'hand_off';
type Props = { storeId: string; begin?: Aside | null; onClose: () => void };

/** Where reconnecting is not what helps, the title does not say so. It stays what it was when all turns green. */
const TITLES: Partial<Record<StoreBody['verdict'], string>> = {
  setup: 'Finish connecting',
  expiring: 'Renew Your Store',
  store_blocked: 'What to do',
  limited: 'What to do',
  held: 'How your store stands',
  operator_problem: 'How your store stands',
};

function titleOf(store: StoreBody | undefined): string {
  return (store && TITLES[store.verdict]) ?? 'Reconnect Your Store';
}

type FrameProps = { store: StoreBody | undefined; title: string; children: ReactNode; onClose: () => void };

function Frame({ store, title, children, onClose }: FrameProps) {
  return (
    <Dialog
      title={title}
      sub={
        store !== undefined && (
          <p className="sm t2">
            {store.name} · {longPlaceLine(store)}
          </p>
        )
      }
      size={1000}
      onClose={onClose}
    >
      {children}
    </Dialog>
  );
}

/** The seller was sent to the marketplace: from then on we wait and look. */
function isWaiting(repair: Repair): boolean {
  return (
    repair.seller_central_opened_at !== null ||
    repair.session.status === 'at_marketplace' ||
    repair.session.status === 'verifying'
  );
}

/** The right half: the steps, or that there is nothing to do. */
function Steps({ repair, waiting }: { repair: Repair; waiting: boolean }) {
  const { guide } = repair;
  if (guide.steps.length === 0) {
    const rest = afterNothingToDo((repair.diagnosis ?? repair.store).text.next);
    return (
      <>
        <h3>{guide.title}</h3>
        {rest !== '' && <p className="t2 mt8">{rest}</p>}
      </>
    );
  }
  const title = mayBeThePermission(repair) ? 'First look at Amazon' : guide.title;
  return <GuideSteps guide={{ ...guide, title }} waiting={waiting} />;
}

type CauseProps = { repair: Repair; store: StoreBody; onAside: (aside: Aside) => void };

function CauseAndSteps({ repair, store, onAside }: CauseProps) {
  const toHandOff = (): void => onAside('hand_off');
  const noWay = repair.guide.way === 'none';
  const waiting = !noWay && isWaiting(repair);
  const blocked = noWay && !mayBeThePermission(repair) && sellerActs(store);
  return (
    <>
      <div className={`dbody${waiting ? ' waiting' : ''}`} tabIndex={0} role="group" aria-label="Cause and steps">
        <CausePane repair={repair} store={store} blocked={blocked} />
        <div className="pane second">
          <HandOffNotice storeId={store.id} onShow={toHandOff} />
          {waiting && <LiveBox repair={repair} looking={repair.session.status === 'verifying'} />}
          <Steps repair={repair} waiting={waiting} />
        </div>
      </div>
      <RepairFooter
        repair={repair}
        waiting={waiting}
        onManual={() => onAside('manual')}
        handOff={noWay ? null : <HandOffButton onClick={toHandOff} />}
      />
    </>
  );
}

function WrongStore({ repair, onClose }: { repair: Repair; onClose: () => void }) {
  const navigate = useNavigate();
  const wrong = repair.session.wrong_store;
  if (wrong === null) return null;
  return (
    <>
      <WrongStoreBody wrong={wrong} />
      <div className="df">
        <span className="sm t3">Sign out at Amazon first, or use a private window.</span>
        <span className="grow" />
        <Button
          onClick={() => {
            onClose();
            void navigate({ to: '/connect' });
          }}
        >
          Connect it as a new store
        </Button>
        <ConsentButton repair={repair} label={`Try again for ${wrong.expected_name}`} primary />
      </div>
    </>
  );
}

function Green({ store, broken, onClose }: { store: StoreBody; broken: StoreBody | null; onClose: () => void }) {
  return (
    <>
      <GreenBody store={store} broken={broken} />
      <div className="df">
        <span className="grow" />
        <Button kind="primary" size="large" onClick={onClose}>
          Done
        </Button>
      </div>
    </>
  );
}

type OpenedProps = { repair: Repair; store: StoreBody; begin: Aside | null; onClose: () => void };

function Opened({ repair, store, begin, onClose }: OpenedProps) {
  const [aside, setAside] = useState<Aside | null>(begin);
  const back = (): void => setAside(null);
  if (aside === 'manual') return <ManualForm repair={repair} store={store} onBack={back} />;
  if (aside === 'hand_off') return <HandOffBody store={store} onBack={back} />;
  if (repair.session.wrong_store !== null) return <WrongStore repair={repair} onClose={onClose} />;
  return <CauseAndSteps repair={repair} store={store} onAside={setAside} />;
}

export function RepairDialog({ storeId, begin = null, onClose }: Props) {
  const { repair, storeError, store, broken, green } = useRepair(storeId);
  const body = (): ReactNode => {
    if (store !== undefined && green) return <Green store={store} broken={broken} onClose={onClose} />;
    if (repair.data !== undefined && store !== undefined)
      return <Opened repair={repair.data} store={store} begin={begin} onClose={onClose} />;
    if (repair.isError) {
      if (isStatus(repair.error, 404) || isStatus(storeError, 404)) {
        return (
          <div className="pane">
            <h3>This store is not here</h3>
            <MissingText what="store" />
          </div>
        );
      }
      return (
        <div className="pane">
          <Failure
            title="The repair could not be opened"
            unchanged="Nothing was changed at this store."
            error={repair.error}
            busy={repair.isFetching}
            onRetry={() => void repair.refetch()}
          />
        </div>
      );
    }
    return (
      <div className="pane">
        <Loading what="the repair">
          <SkeletonCard lines={5} />
        </Loading>
      </div>
    );
  };
  return (
    <Frame store={store} title={titleOf(broken ?? store)} onClose={onClose}>
      {body()}
    </Frame>
  );
}
