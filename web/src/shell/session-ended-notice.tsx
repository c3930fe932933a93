/** The session ended: nothing typed is lost, signing in happens in another tab. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useObservable } from '../api/observable.ts';
import { keys, readMe } from '../api/queries.ts';
import { sessionEnded } from '../api/session-ended.ts';
import { Notice } from '../parts/notice.tsx';

export function SessionEnded() {
  const ended = useObservable(sessionEnded);
  const client = useQueryClient();
  useEffect(() => {
    if (!ended) return;
    const look = async (): Promise<void> => {
      if (document.visibilityState !== 'visible') return;
      const me = await readMe().catch(() => null);
      if (me === null) return;
      client.setQueryData(keys.me, me);
      sessionEnded.set(false);
      await client.invalidateQueries();
    };
    const onReturn = (): void => void look();
    document.addEventListener('visibilitychange', onReturn);
    window.addEventListener('focus', onReturn);
    return () => {
      document.removeEventListener('visibilitychange', onReturn);
      window.removeEventListener('focus', onReturn);
    };
  }, [client, ended]);
  if (!ended) return null;
  return (
    <Notice
      tone="warn"
      icon="lock"
      role="alert"
      className="top-notice"
      action={
        <a className="btn s" href="/sign-in" target="_blank" rel="noreferrer">
          Sign in again
        </a>
      }
    >
      <b>Your session has ended.</b> What you typed here stays. Sign in again in another tab, then come back to this
      one.
    </Notice>
  );
}
