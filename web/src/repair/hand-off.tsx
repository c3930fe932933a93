/** *Send to the owner*: one link for one store, for its owner who needs no account here; the sender sees each step live. */
import { useState } from 'react';
import { Button } from '../parts/button.tsx';
import { ProblemNotice } from '../parts/failure.tsx';
import { Icon } from '../parts/icon.tsx';
import { HandOffForm } from './hand-off-form.tsx';
import { HandOffLink } from './hand-off-link.tsx';
import { HandOffProgress } from './hand-off-progress.tsx';
import { useHandOff, type UsedHandOff } from './use-hand-off.ts';

export function HandOffButton({ onClick }: { onClick: () => void }) {
  return (
    <Button onClick={onClick}>
      <Icon name="link" size={15} />
      Send to the owner
    </Button>
  );
}

type Store = { id: string; name: string; site: string };
type Props = { store: Store; handOff: UsedHandOff };

function Asking({ store, handOff }: Props) {
  return (
    <div className="stack">
      <div>
        <h3>Send {store.name} to its owner</h3>
        <p className="sm t2 mt4">
          Only the store’s primary user can confirm at Amazon. The page behind the link tells them what to click, and to
          do it on the computer they normally use for this store. They need no account here.
        </p>
      </div>
      {handOff.open !== null && (
        <p className="sm t2">A link is on its way, and its address is not shown twice. A new link ends it.</p>
      )}
      <HandOffForm store={store} handOff={handOff} />
    </div>
  );
}

function Making({ store, handOff }: Props) {
  if (handOff.made === null) return <Asking store={store} handOff={handOff} />;
  return (
    <div className="stack">
      <h3>Send {store.name} to its owner</h3>
      <HandOffLink made={handOff.made} storeName={store.name} />
    </div>
  );
}

const ABOUT = [
  'Opens this one store’s permission at Amazon, and nothing else of your account.',
  'Works until the store is green, until its time runs out, or until you revoke it.',
  'Opening it uses nothing up, so mail scanners and previews do no harm.',
] as const;

function Following({ handOff: { open } }: Pick<Props, 'handOff'>) {
  if (open !== null) {
    return (
      <>
        <h3>What the owner has done</h3>
        <HandOffProgress handOff={open} />
        <p className="sm t3">This list moves by itself. You may close it; the link goes on working.</p>
      </>
    );
  }
  return (
    <>
      <h3>What the link does</h3>
      <ul className="said-list mt8">
        {ABOUT.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </>
  );
}

function RevokeButton({ handOff: { open, revoke } }: Pick<Props, 'handOff'>) {
  if (open === null) return null;
  return (
    <Button kind="danger" busy={revoke.isPending} onClick={() => revoke.mutate(open.id)}>
      Revoke the link
    </Button>
  );
}

/** The dialog's second step. */
export function HandOffBody({ store, onBack }: { store: Store; onBack: () => void }) {
  const handOff = useHandOff(store.id);
  return (
    <>
      <div className="dbody" tabIndex={0} role="group" aria-label="Link for the owner">
        <div className="pane">
          <Making store={store} handOff={handOff} />
        </div>
        <div className="pane second">
          <Following handOff={handOff} />
          {handOff.revoke.isError && <ProblemNotice error={handOff.revoke.error} />}
        </div>
      </div>
      <div className="df">
        <Button kind="quiet" onClick={onBack}>
          <Icon name="left" size={14} />
          Back
        </Button>
        <span className="grow" />
        <RevokeButton handOff={handOff} />
      </div>
    </>
  );
}

/** For whoever Amazon did not let confirm: nobody tells us, so the page says it to everyone who is on the way. */
export function NotTheOwner({ store }: { store: Store }) {
  const handOff = useHandOff(store.id);
  const [asked, setAsked] = useState(false);
  return (
    <div className="pane top-line stack">
      <div>
        <h3>Does Amazon say that you cannot confirm?</h3>
        <p className="sm t2 mt4">
          Only the store’s primary user can. For anybody else Amazon’s page stops with the error code SPDC8143. Sign in
          there as the primary user, or send that person a link.
        </p>
      </div>
      {asked ? (
        <>
          <Making store={store} handOff={handOff} />
          <Following handOff={handOff} />
          {handOff.revoke.isError && <ProblemNotice error={handOff.revoke.error} />}
          <div>
            <RevokeButton handOff={handOff} />
          </div>
        </>
      ) : (
        <div>
          <HandOffButton onClick={() => setAsked(true)} />
        </div>
      )}
    </div>
  );
}
