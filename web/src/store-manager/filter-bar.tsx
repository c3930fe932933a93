/** Search, status and region. What is chosen stands in the address, so a link shows the same rows. */
import { useEffect, useRef, useState, type RefObject } from 'react';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { Icon } from '../parts/icon.tsx';
import { REGION_WORDS, REGIONS } from '../words/places.ts';
import type { Filters } from './ordering.ts';
import { GROUP_FACES, GROUPS, type Group } from './standing.ts';

type Props = {
  filters: Filters;
  onChange: (change: {
    q?: string | undefined;
    status?: Group | undefined;
    region?: StoreBody['region'] | undefined;
  }) => void;
  search: RefObject<HTMLInputElement | null>;
};

/** Typing waits this long before the list and the address follow. */
const PAUSE_MS = 160;

function Search({ filters, onChange, search }: Props) {
  const [typed, setTyped] = useState(filters.q ?? '');
  const sent = useRef(filters.q ?? '');
  useEffect(() => {
    // The address changed without typing: a link, the back button, *Clear search*.
    if ((filters.q ?? '') === sent.current) return;
    sent.current = filters.q ?? '';
    setTyped(filters.q ?? '');
  }, [filters.q]);
  useEffect(() => {
    if (typed === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = typed;
      onChange({ q: typed.trim() === '' ? undefined : typed });
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, onChange]);
  return (
    <label className="in find">
      <Icon name="search" size={15} />
      <span className="vh">Search stores by name, seller ID or site</span>
      <input
        ref={search}
        type="search"
        value={typed}
        placeholder="Search name, seller ID, site"
        autoComplete="off"
        spellCheck={false}
        // It stands in the address, which has its limits.
        maxLength={200}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            setTyped('');
            event.currentTarget.blur();
          }
        }}
      />
      <kbd className="not-phone" aria-hidden="true">
        /
      </kbd>
    </label>
  );
}

export function FilterBar({ filters, onChange, search }: Props) {
  return (
    <div className="bar" role="search" aria-label="Stores">
      <Search filters={filters} onChange={onChange} search={search} />
      <label className="in pickone">
        <span className="vh">Status</span>
        <select
          value={filters.status ?? ''}
          onChange={(event) => onChange({ status: GROUPS.find((group) => group === event.currentTarget.value) })}
        >
          <option value="">Status: all shown</option>
          {GROUPS.map((group) => (
            <option key={group} value={group}>
              {GROUP_FACES[group].filter}
            </option>
          ))}
        </select>
        <Icon name="down" size={13} />
      </label>
      <label className="in pickone">
        <span className="vh">Region</span>
        <select
          value={filters.region ?? ''}
          onChange={(event) => onChange({ region: REGIONS.find((region) => region === event.currentTarget.value) })}
        >
          <option value="">Region: all</option>
          {REGIONS.map((region) => (
            <option key={region} value={region}>
              {REGION_WORDS[region]}
            </option>
          ))}
        </select>
        <Icon name="down" size={13} />
      </label>
    </div>
  );
}
