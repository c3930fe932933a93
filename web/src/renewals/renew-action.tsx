/** What a row offers: the right page at the marketplace, the repair, or saying that it is done. */
import { useState } from 'react';
import type { RenewalPlace, Renewals, RenewalStore } from '../../../server/src/http/contract/renewals.ts';
import { Button } from '../parts/button.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Icon } from '../parts/icon.tsx';
import { useChooseDay, useSayRenewed } from './renewals-query.ts';

type Props = { store: RenewalStore; place: RenewalPlace; plan: Renewals; onRepair: (id: string) => void };

/** Opens a new tab, so that this list stays and can tick the store off. */
function Go({ store, place, onGo }: { store: RenewalStore; place: RenewalPlace; onGo: () => void }) {
  const label = (
    <>
      Renew
      <Icon name="leave" size={14} />
      <span className="vh">
        {store.name} at {place.host} (opens a new tab)
      </span>
    </>
  );
  if (place.way === 'consent') {
    return (
      <form method="post" action={`/app/renewals/${encodeURIComponent(store.id)}/leave`} target="_blank" rel="noopener">
        <Button type="submit" size="row">
          {label}
        </Button>
      </form>
    );
  }
  if (place.opens === null) return <span className="sub2">No app is configured for this site.</span>;
  return (
    <a className="btn s" href={place.opens} target="_blank" rel="noreferrer" onClick={onGo}>
      {label}
    </a>
  );
}

/** Only where the marketplace shows no sign of a renewal before the old year is over. */
function SayRenewed({ store, place }: { store: RenewalStore; place: RenewalPlace }) {
  const [asked, setAsked] = useState(false);
  const say = useSayRenewed();
  return (
    <>
      <Button kind="quiet" size="row" onClick={() => setAsked(true)}>
        It is renewed<span className="vh"> {store.name}</span>
      </Button>
      {asked && (
        <Confirm
          title={`Is ${store.name} renewed?`}
          text={`${place.label} does not tell us before the old year is over. Say yes once Manage your apps shows the new expiration date: the year then counts from today, and the reminders start anew.`}
          label="Yes, it is renewed"
          busy={say.isPending}
          error={say.error}
          onConfirm={() => say.mutate(store.id, { onSuccess: () => setAsked(false) })}
          onClose={() => {
            say.reset();
            setAsked(false);
          }}
        />
      )}
    </>
  );
}

export function RenewAction({ store, place, plan, onRepair }: Props) {
  const choose = useChooseDay();
  switch (store.state) {
    case 'renewed':
    case 'renewed_early':
      return null;
    case 'ended':
      return (
        <Button kind="primary" size="row" onClick={() => onRepair(store.id)}>
          Reconnect store<span className="vh"> {store.name}</span>
        </Button>
      );
    case 'blocked':
      return (
        <Button size="row" onClick={() => onRepair(store.id)}>
          What to do<span className="vh"> {store.name}</span>
        </Button>
      );
    case 'due':
    case 'unknown_end':
      return (
        <div className="rn-go">
          {!place.seen && <SayRenewed store={store} place={place} />}
          {/* Whoever begins without having chosen a day has chosen today. */}
          <Go store={store} place={place} onGo={() => (plan.chosen ? undefined : choose.mutate(plan.today))} />
        </div>
      );
  }
}
