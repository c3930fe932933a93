/** The footer of the dialog: the manual path left, the next step right. One filled button at most. */
import type { ReactNode } from 'react';
import type { Repair } from '../../../server/src/http/contract/connect.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/icon.tsx';
import { mayBeThePermission } from './standing-doubt.ts';
import { useLookNow, useOpened } from './use-repair.ts';

type Props = { repair: Repair; waiting: boolean; onManual: () => void; handOff: ReactNode };

/** A real form in the same tab: the answer is a redirect to the marketplace’s permission page. */
export function ConsentButton({ repair, label, primary }: { repair: Repair; label: string; primary: boolean }) {
  return (
    <form method="post" action={repair.continue_url} style={{ display: 'contents' }}>
      <Button type="submit" kind={primary ? 'primary' : 'default'} size={primary ? 'large' : 'normal'}>
        {label}
        <Icon name="arrow" size={15} />
      </Button>
    </form>
  );
}

function SellerCentralLink({ repair, waiting, label }: { repair: Repair; waiting: boolean; label: string }) {
  const opened = useOpened(repair.store.id);
  const { opens } = repair.guide;
  if (opens === null) return null;
  return (
    <a
      className={waiting ? 'btn' : 'btn p l'}
      href={opens}
      target="_blank"
      rel="noreferrer"
      onClick={() => opened.mutate()}
    >
      {label}
      <Icon name="leave" size={15} />
      <span className="vh"> (opens a new tab)</span>
    </a>
  );
}

function Next({ repair, waiting }: { repair: Repair; waiting: boolean }) {
  if (mayBeThePermission(repair)) {
    return (
      <>
        <SellerCentralLink repair={repair} waiting label="Open Seller Central" />
        <ConsentButton repair={repair} label="Confirm the permission again" primary={false} />
      </>
    );
  }
  if (repair.guide.way === 'consent') {
    return (
      <ConsentButton repair={repair} label={waiting ? 'Open Amazon’s page again' : 'Continue'} primary={!waiting} />
    );
  }
  const label =
    repair.guide.way === 'none' ? 'Open Seller Central' : waiting ? 'Open Seller Central again' : 'Continue';
  return <SellerCentralLink repair={repair} waiting={waiting || repair.guide.way === 'none'} label={label} />;
}

export function RepairFooter({ repair, waiting, onManual, handOff }: Props) {
  const look = useLookNow(repair.store.id);
  // Before the first permission there is nothing to look at.
  const canLook = (waiting || repair.guide.way === 'none') && repair.store.verdict !== 'setup';
  return (
    <>
      {look.isError && (
        <p className="errt" role="alert" style={{ padding: '0 24px 8px' }}>
          <Icon name="alert" size={14} />
          <span>{look.error.message}</span>
        </p>
      )}
      <div className="df">
        {repair.guide.way !== 'none' && (
          <button type="button" className="lnk" onClick={onManual}>
            Reconnect manually with a refresh token
          </button>
        )}
        <span className="grow" />
        {handOff}
        {canLook && (
          <Button busy={look.isPending} onClick={() => look.mutate()}>
            Look now
          </Button>
        )}
        <Next repair={repair} waiting={waiting} />
      </div>
    </>
  );
}
