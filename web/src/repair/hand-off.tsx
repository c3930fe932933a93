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

/** The link itself, once it was asked for. */
export function HandOffLink({ handOff }: Props) {
  if (handOff.isError) return <ProblemNotice error={handOff.error} />;
  if (!handOff.isSuccess) return null;
  const { url, expires_at: until } = handOff.data;
  return (
    <Notice tone="info" icon="link" role="status">
      <b>Send this link to the store’s primary user.</b> It says what to click and needs no account here. It works until{' '}
      {dayAndClock(until)}, in the browser that opens it first.
      <span className="secret">
        <code className="mono">{url}</code>
        <CopyButton text={url} label="Copy link" size="row" />
      </span>
    </Notice>
  );
}
