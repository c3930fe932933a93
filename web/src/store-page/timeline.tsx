/** What happened to a store: changes only, or every check that was kept. Newest first. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNow } from '../api/product-clock.ts';
import { keys, observationsQuery, readTimeline, type TimelineEntry } from '../api/queries.ts';
import { Answer } from '../parts/answer.tsx';
import { Button } from '../parts/button.tsx';
import { FactList } from '../parts/how-we-know.tsx';
import { Icon } from '../parts/icon.tsx';
import { clock, clockSeconds, fullTime } from '../words/dates.ts';
import { byDay, faceOf, type TimelineDay } from './timeline-entries.ts';

/** The evidence of one entry, read only when it is asked for. */
function Evidence({ storeId, ids, label }: { storeId: string; ids: readonly string[]; label: string }) {
  const [open, setOpen] = useState(false);
  const observations = useQuery({ ...observationsQuery(storeId), enabled: open });
  const facts = (observations.data?.data ?? [])
    .filter((observation) => ids.includes(observation.id))
    .map((observation) => ({
      at: observation.at,
      text: observation.text,
      call: observation.call,
      code: [observation.status, observation.code].filter((part) => part !== null).join(' ') || null,
    }));
  return (
    <details className="know" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Icon name="right" size={14} />
        {label}
      </summary>
      <div className="ev">
        {observations.isLoading && <p className="t3">Reading the evidence …</p>}
        {observations.isError && <p className="t3">{observations.error.message}</p>}
        {observations.isSuccess && facts.length === 0 && (
          <p className="t3">The observations behind it are older than what is shown here.</p>
        )}
        <FactList facts={facts} />
      </div>
    </details>
  );
}

function Entry({ entry, storeId, last }: { entry: TimelineEntry; storeId: string; last: boolean }) {
  const face = faceOf(entry);
  const check = entry.kind === 'observation';
  return (
    <li className={`${face.tone}${last ? ' ends' : ''}${check ? ' check' : ''}`}>
      <time className="w num" dateTime={entry.at} title={fullTime(entry.at)}>
        {check ? clockSeconds(entry.at) : clock(entry.at)}
      </time>
      <span className="d">
        <Icon name={face.icon} size={17} />
      </span>
      <div>
        {!check && <h4>{entry.title}</h4>}
        {!check && !entry.title.startsWith(entry.text) && <p>{entry.text}</p>}
        {entry.observation_ids.length > 0 && (
          <Evidence storeId={storeId} ids={entry.observation_ids} label={check ? entry.text : 'How we know'} />
        )}
      </div>
    </li>
  );
}

function Days({ days, storeId }: { days: readonly TimelineDay[]; storeId: string }) {
  return (
    <ol className="tl">
      {days.map((day) => [
        <li className="day" key={day.heading}>
          <h3>{day.heading}</h3>
        </li>,
        ...day.entries.map((entry, place) => (
          <Entry
            key={`${entry.at}-${entry.kind}-${entry.title}-${entry.observation_ids[0] ?? ''}`}
            entry={entry}
            storeId={storeId}
            last={place === day.entries.length - 1}
          />
        )),
      ])}
    </ol>
  );
}

function Entries({ storeId, entries, every }: { storeId: string; entries: readonly TimelineEntry[]; every: boolean }) {
  const now = useNow(60_000);
  const shown = every ? entries : entries.filter((entry) => entry.kind === 'event');
  if (shown.length > 0) return <Days days={byDay(shown, now)} storeId={storeId} />;
  return (
    <p className="bd sm t2">{every ? 'No check has been kept yet.' : 'Nothing has changed since it was connected.'}</p>
  );
}

export function Timeline({ storeId }: { storeId: string }) {
  const [every, setEvery] = useState(false);
  const pages = useInfiniteQuery({
    queryKey: keys.timeline(storeId),
    queryFn: ({ pageParam, signal }) => readTimeline(storeId, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  return (
    <section className="card" aria-labelledby="timeline-heading">
      <div className="hd wrap">
        <h2 id="timeline-heading">Timeline</h2>
        <span className="grow" />
        <div className="seg" role="group" aria-label="Show in the timeline">
          <button type="button" aria-pressed={!every} onClick={() => setEvery(false)}>
            Changes
          </button>
          <button type="button" aria-pressed={every} onClick={() => setEvery(true)}>
            Every check
          </button>
        </div>
      </div>
      <Answer query={pages} what="the timeline" unchanged="The rest of this page is not affected.">
        {(data) => <Entries storeId={storeId} entries={data.pages.flatMap((page) => page.data)} every={every} />}
      </Answer>
      {pages.hasNextPage && every && (
        <div className="more-row">
          <Button size="row" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            Show earlier
          </Button>
        </div>
      )}
    </section>
  );
}
