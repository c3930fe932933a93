/** *Send to the owner*: a link that works once, in the browser that opens it, without an account here. */
import { useMutation } from '@tanstack/react-query';
import type { HandOff } from '../../../server/src/http/contract/app.ts';
import { request } from '../api/request.ts';
import { Button } from '../parts/button.tsx';
import { CopyButton, ProblemNotice } from '../parts/failure.tsx';
import { Icon } from '../parts/icon.tsx';
import { Notice } from '../parts/notice.tsx';
import { dayAndClock } from '../words/dates.ts';

export function useHandOff(storeId: string) {
  return useMutation({
    mutationFn: () =>
      request<HandOff>(`/app/stores/${encodeURIComponent(storeId)}/hand-off`, { method: 'POST', body: {} }),
  });
}

type Props = { handOff: ReturnType<typeof useHandOff> };

export function HandOffButton({ handOff }: Props) {
  return (
    <Button busy={handOff.isPending} onClick={() => handOff.mutate()}>
      <Icon name="link" size={15} />
      Send to the owner
    </Button>
  );
}

/** What a button brought is seen, also where the screen is small and the button stands beneath. */
function show(part: HTMLElement | null): void {
  part?.scrollIntoView({ block: 'nearest' });
}

/** The link itself, once it was asked for. */
export function HandOffLink({ handOff }: Props) {
  if (handOff.isError) return <ProblemNotice error={handOff.error} />;
  if (!handOff.isSuccess) return null;
  const { url, expires_at: until } = handOff.data;
  return (
    <div ref={show}>
      <Notice tone="info" icon="link" role="status">
        <b>Send this link to the store’s primary user.</b> It says what to click and needs no account here. It works
        until {dayAndClock(until)}, in the browser that opens it first.
        <span className="secret">
          <code className="mono">{url}</code>
          <CopyButton text={url} label="Copy link" size="row" />
        </span>
      </Notice>
    </div>
  );
}

/** For whoever Amazon did not let confirm: nobody tells us, so the page says it to everyone who is on the way. */
export function NotTheOwner({ storeId }: { storeId: string | null }) {
  const handOff = useHandOff(storeId ?? '');
  if (storeId === null) return null;
  return (
    <div className="pane top-line">
      <h3>Does Amazon say that you cannot confirm?</h3>
      <p className="sm t2 mt4">
        Only the store’s primary user can. For anybody else Amazon’s page stops with the error code SPDC8143. Sign in
        there as the primary user, or send that person a link.
      </p>
      <div className="mt12">
        {handOff.isSuccess ? <HandOffLink handOff={handOff} /> : <HandOffButton handOff={handOff} />}
      </div>
      {handOff.isError && (
        <div className="mt12">
          <HandOffLink handOff={handOff} />
        </div>
      )}
    </div>
  );
}
