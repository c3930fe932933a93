/** What the verdict means for the person who looks, and the one next step. */
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { useFinishConnecting } from '../connect/finish-connecting.ts';
import { Button } from '../parts/button.tsx';
import { ProblemNotice } from '../parts/failure.tsx';
import { MarketplaceStatus } from '../parts/marketplace-status.tsx';
import { actionOf } from '../store-manager/actions.ts';
import { whoActsLine } from '../words/who.ts';

function Words({ store }: { store: StoreBody }) {
  const { sentence, means, next } = store.text;
  return (
    <>
      {sentence !== null && <h2 className="cause">{sentence}</h2>}
      {means !== null && <p className="sm t2">{means}</p>}
      {next !== null && <p className="sm">{next}</p>}
      {store.owner !== 'nobody' && (
        <p className="sm t3">
          Who acts: <span className="t2">{whoActsLine(store)}</span>
        </p>
      )}
    </>
  );
}

export function VerdictCard({ store, onRepair }: { store: StoreBody; onRepair: () => void }) {
  const finish = useFinishConnecting();
  const action = store.verdict === 'expiring' ? { label: 'Renew now', primary: true } : actionOf(store);
  if (store.text.sentence === null && action === null) return null;
  return (
    <section className="card verdict" aria-label="How it stands">
      <Words store={store} />
      <MarketplaceStatus store={store} />
      {action !== null && (
        <Button
          kind={action.primary ? 'primary' : 'default'}
          busy={finish.isPending}
          onClick={() => (store.verdict === 'setup' ? finish.mutate(store.id) : onRepair())}
        >
          {action.label}
        </Button>
      )}
      {finish.isError && <ProblemNotice error={finish.error} />}
    </section>
  );
}
