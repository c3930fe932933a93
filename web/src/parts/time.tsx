/** Times with their full form, zone included, on hover. */
import { useNow } from '../api/product-clock.ts';
import { asOf, fullTime, listDay, span, toMs, type Moment } from '../words/dates.ts';

/** `as of 12:04`; a stale one is written in full ink. */
export function AsOf({ at, staleAfterMs }: { at: Moment | null; staleAfterMs?: number }) {
  const now = useNow();
  if (at === null) return <span className="asof">as of unknown</span>;
  const stale = staleAfterMs !== undefined && now - toMs(at) > staleAfterMs;
  return (
    <time
      className={`asof num${stale ? ' stale' : ''}`}
      dateTime={new Date(toMs(at)).toISOString()}
      title={fullTime(at)}
    >
      {asOf(at, now)}
    </time>
  );
}

/** `19 Nov` with `4 days` beneath. */
export function Since({ at }: { at: Moment }) {
  const now = useNow();
  return (
    <>
      <time className="num" dateTime={new Date(toMs(at)).toISOString()} title={fullTime(at)}>
        {listDay(at, now)}
      </time>
      <div className="sub2 num">{now - toMs(at) < 60_000 ? 'just now' : span(now - toMs(at))}</div>
    </>
  );
}
