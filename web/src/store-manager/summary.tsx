/** How things stand: one sentence, the two figures that lead to a decision, the shelf, and its legend as the filter. */
import { memo } from 'react';
import { Link } from '@tanstack/react-router';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { useNow } from '../api/product-clock.ts';
import { Icon } from '../parts/icon.tsx';
import { figure, things } from '../words/counts.ts';
import { day, daysLeft } from '../words/dates.ts';
import {
  GROUP_FACES,
  GROUPS,
  groupWord,
  headline,
  longestWaiting,
  nextRenewal,
  shelfSentence,
  totalOf,
  underline,
  type Counts,
  type Group,
} from './standing.ts';

/** Above this many stores a segment is a share, not a store. */
const SEGMENTS = 60;

const Shelf = memo(function Shelf({ counts, chosen }: { counts: Counts; chosen: Group | undefined }) {
  const total = totalOf(counts);
  const shown = GROUPS.filter((group) => group !== 'put_away' && counts[group] > 0);
  if (total === 0) return null;
  return (
    <div className="shelf" role="img" aria-label={shelfSentence(counts)}>
      {shown.flatMap((group, place) => {
        const tone = GROUP_FACES[group].tone;
        const dim = chosen !== undefined && chosen !== group ? ' dim' : '';
        const gap = place > 0 ? ' gap' : '';
        if (total > SEGMENTS) {
          return [<i key={group} className={`${tone}${gap}${dim}`} style={{ flexGrow: counts[group] }} />];
        }
        return Array.from({ length: counts[group] }, (_, nth) => (
          <i key={`${group}-${nth}`} className={`${tone}${nth === 0 ? gap : ''}${dim}`} />
        ));
      })}
    </div>
  );
});

function Stats({ stores }: { stores: readonly StoreBody[] }) {
  const now = useNow();
  const longest = longestWaiting(stores, now);
  const renewal = nextRenewal(stores, now);
  if (longest === null && renewal === null) return null;
  return (
    <dl className="stats">
      {longest !== null && (
        <div>
          <dt>Longest waiting</dt>
          <dd className="v">
            {longest.store.name}, {longest.waited}
          </dd>
          {longest.store.deadline?.kind === 'recovery' && (
            <dd className="asof">recover by {day(longest.store.deadline.at)}</dd>
          )}
        </div>
      )}
      {renewal !== null && renewal.expires_at !== null && (
        <div>
          <dt>Next renewal</dt>
          <dd className="v num">{things(daysLeft(renewal.expires_at, now), 'day')}</dd>
          <dd className="asof">
            <Link to="/stores/$storeId" params={{ storeId: renewal.id }}>
              {renewal.name}
            </Link>
            , about {day(renewal.expires_at)}
          </dd>
        </div>
      )}
    </dl>
  );
}

type Props = {
  stores: readonly StoreBody[];
  counts: Counts;
  complete: boolean;
  chosen: Group | undefined;
  onChoose: (group: Group | undefined) => void;
};

export function Summary({ stores, counts, complete, chosen, onChoose }: Props) {
  return (
    <section className="card sum" aria-label="Summary">
      <div>
        <p className="say">{headline(counts)}</p>
        <p className="say2">{complete ? underline(counts) : 'Still reading the list; more stores are on their way.'}</p>
      </div>
      <Stats stores={stores} />
      <Shelf counts={counts} chosen={chosen} />
      <div className="legend" role="group" aria-label="Show only">
        {GROUPS.filter((group) => counts[group] > 0 || chosen === group).map((group) => (
          <button
            key={group}
            type="button"
            className={GROUP_FACES[group].tone}
            aria-pressed={chosen === group}
            onClick={() => onChoose(chosen === group ? undefined : group)}
          >
            <Icon name={GROUP_FACES[group].icon} size={15} />
            <span>
              <b>{figure(counts[group])}</b> {groupWord(group, counts[group])}
            </span>
          </button>
        ))}
      </div>
    </section>
  );
}
