/** The one notice at the top of Store Manager: stores are to be renewed soon. It gives way to a more urgent one. */
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { lostSince } from '../api/live.ts';
import { useObservable } from '../api/observable.ts';
import { useNow } from '../api/product-clock.ts';
import { sessionEnded } from '../api/session-ended.ts';
import { LinkButton } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { endingSoon, soonWords } from './soon.ts';

export function RenewalNotice({ stores }: { stores: readonly StoreBody[] }) {
  const now = useNow(60_000);
  const lost = useObservable(lostSince) !== null;
  const ended = useObservable(sessionEnded);
  const soon = endingSoon(stores, now);
  if (soon === null || lost || ended) return null;
  return (
    <Notice
      tone="warn"
      icon="clock"
      className="top-notice"
      action={
        <LinkButton to="/renewals" size="row">
          Open the renewal day
        </LinkButton>
      }
    >
      {soonWords(soon)}
    </Notice>
  );
}
