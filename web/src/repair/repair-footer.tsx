/** The footer of the dialog: the manual path left, the next step right. One filled button at most. */
import type { ReactNode } from 'react';
import type { Repair } from '../../../server/src/http/contract/connect.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/icon.tsx';
import { byHandWords, footerButtons, offersByHand, type FooterButton } from './next-step.ts';
import { SellerCentralLink } from './seller-central-link.tsx';
import { useLookNow } from './use-repair.ts';

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

function Next({
  button: { does, label, primary },
  repair,
  look,
  onManual,
}: {
  button: FooterButton;
  repair: Repair;
  look: ReturnType<typeof useLookNow>;
  onManual: () => void;
}) {
  if (does === 'consent') return <ConsentButton repair={repair} label={label} primary={primary} />;
  if (does === 'seller_central') return <SellerCentralLink repair={repair} label={label} primary={primary} />;
  return (
    <Button
      kind={primary ? 'primary' : 'default'}
      size={primary ? 'large' : 'normal'}
      busy={does === 'look' && look.isPending}
      onClick={() => (does === 'look' ? look.mutate() : onManual())}
    >
      {label}
    </Button>
  );
}

export function RepairFooter({ repair, waiting, onManual, handOff }: Props) {
  const look = useLookNow(repair.store.id);
  const buttons = footerButtons(repair, waiting);
  return (
    <>
      {look.isError && (
        <p className="errt" role="alert" style={{ padding: '0 24px 8px' }}>
          <Icon name="alert" size={14} />
          <span>{look.error.message}</span>
        </p>
      )}
      <div className="df">
        {offersByHand(repair, buttons) && (
          <button type="button" className="lnk" onClick={onManual}>
            {byHandWords(repair.store)}
          </button>
        )}
        <span className="grow" />
        {handOff}
        {buttons.map((button) => (
          <Next key={button.does} button={button} repair={repair} look={look} onManual={onManual} />
        ))}
      </div>
    </>
  );
}
