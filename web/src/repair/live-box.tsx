/** The live state: waiting, looking now, lost server. The words are announced, the counting seconds are not. */
import type { Repair } from '../../../server/src/http/contract/connect.ts';
import { lostSince } from '../api/live.ts';
import { useObservable } from '../api/observable.ts';
import { useNow } from '../api/product-clock.ts';
import { Icon } from '../parts/icon.tsx';
import { clockSeconds, toMs } from '../words/dates.ts';
import { looksSentence } from './looks.ts';

export function LiveBox({ repair, looking }: { repair: Repair; looking: boolean }) {
  const now = useNow(1000);
  const lost = useObservable(lostSince);
  if (lost !== null) {
    return (
      <div className="live warn">
        <Icon name="alert" size={18} />
        <div role="status">
          <b>This page lost the server at {clockSeconds(lost)}</b>
          <br />
          <span className="sm t2">The repair goes on there; this page catches up by itself.</span>
        </div>
      </div>
    );
  }
  const due = repair.next_look_at !== null && toMs(repair.next_look_at) <= now;
  const busy = looking || due;
  return (
    <div className="live info">
      <Icon name={busy ? 'arc' : 'hourglass'} size={18} className={busy ? 'spin' : ''} />
      <div>
        <b role="status">{busy ? 'Looking now' : `Waiting for ${repair.handed_off ? 'the owner' : 'you'} at Amazon`}</b>
        <br />
        <span className="sm t2">
          <span className="num">{looksSentence(repair, now)}</span> This turns green by itself; you need not come back.
        </span>
      </div>
    </div>
  );
}
