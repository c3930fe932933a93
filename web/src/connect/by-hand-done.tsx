/** Connected by hand: the tests it passed, as the evidence has them. */
import { useQuery } from '@tanstack/react-query';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { observationsQuery } from '../api/queries.ts';
import { Button, LinkButton } from '../parts/button.tsx';
import { CheckList } from '../parts/check-list.tsx';
import { Ladder, Progress, stepsFromObservations } from '../parts/ladder.tsx';
import { Notice } from '../parts/notice.tsx';

export function ByHandDone({ store, onAnother }: { store: StoreBody; onAnother: () => void }) {
  const { data } = useQuery(observationsQuery(store.id));
  const steps = stepsFromObservations(data?.data ?? []);
  const waits = store.verdict === 'verifying';
  return (
    <>
      <div className="card lad-card">
        <div className="lad-head">
          <h2>{waits ? `${store.name} is not judged yet` : `${store.name} is connected`}</h2>
          <p className="sm t2">
            {waits
              ? 'Amazon has a problem just now. Your credentials are kept safe; we go on by ourselves and tell you.'
              : 'Every check passed. We watch it from now on.'}
          </p>
        </div>
        {steps.length > 0 ? (
          <>
            <Progress steps={steps} />
            <Ladder steps={steps} />
          </>
        ) : (
          <div className="pane">
            <CheckList checks={store.checks} />
          </div>
        )}
      </div>
      {store.notices.map((notice) => (
        <div className="mt12" key={notice.cause}>
          <Notice tone="info" icon="alert">
            {notice.text}
          </Notice>
        </div>
      ))}
      <div className="foot2">
        <Button onClick={onAnother}>Connect another</Button>
        <LinkButton to="/stores/$storeId" params={{ storeId: store.id }} kind="primary" size="large">
          Open the store
        </LinkButton>
      </div>
    </>
  );
}
