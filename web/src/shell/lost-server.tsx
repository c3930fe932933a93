/** The server is not heard: since when, and that nothing shown is younger than that. Data stays on the page. */
import { tryNow, lostSince } from '../api/live.ts';
import { useObservable } from '../api/observable.ts';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { clockSeconds } from '../words/dates.ts';

export function LostServer() {
  const since = useObservable(lostSince);
  if (since === null) return null;
  return (
    <Notice
      tone="warn"
      icon="alert"
      role="alert"
      className="top-notice"
      action={
        <Button size="row" onClick={tryNow}>
          Try now
        </Button>
      }
    >
      <b>
        This page lost the server at <span className="num">{clockSeconds(since)}</span>.
      </b>{' '}
      What you see is from then. We try again every few seconds; your stores are watched all the same.
    </Notice>
  );
}
