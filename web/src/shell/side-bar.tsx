/** Side bar of 232 px, icon rail under 75em: there the names stay for screen readers and as tooltips. */
import { Tooltip } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import type { Me } from '../../../server/src/http/contract/app.ts';
import { useNow } from '../api/product-clock.ts';
import { storesQuery } from '../api/queries.ts';
import { Icon } from '../parts/icon.tsx';
import { dayAndClock } from '../words/dates.ts';
import { figure } from '../words/counts.ts';
import { AccountSwitcher } from './account-switcher.tsx';
import { PersonMenu } from './person-menu.tsx';
import { sidePlaces, type Place } from './places.ts';

/** How many stores wait, once the list is known; the side bar alone never fetches it. */
export function usePendingCount(): number {
  const client = useQueryClient();
  const { data } = useQuery({
    ...storesQuery(client),
    select: (list) => list.stores.filter((store) => store.pending).length,
  });
  return data ?? 0;
}

export function DemoClock() {
  const now = useNow(1000);
  return (
    <div className="demo">
      <Icon name="clock" size={14} />
      <span>
        Demo clock <span className="num">{dayAndClock(now)}</span>
      </span>
    </div>
  );
}

function Entry({ place, rail, count, about }: { place: Place; rail: boolean; count: number; about: string }) {
  // Connecting a store is part of Store Manager, though it has an address of its own.
  const connecting = useRouterState({ select: (state) => state.location.pathname.startsWith('/connect') });
  const current = place.to === '/stores' && connecting ? ({ 'aria-current': 'page' } as const) : {};
  return (
    <Tooltip label={place.label} position="right" disabled={!rail} withinPortal={false}>
      <Link to={place.to} className="nav" activeProps={{ 'aria-current': 'page' }} {...current}>
        <Icon name={place.icon} size={17} />
        <span className="label">{place.label}</span>
        {count > 0 && (
          <span className="n">
            {figure(count)}
            <span className="vh"> {about}</span>
          </span>
        )}
      </Link>
    </Tooltip>
  );
}

export function SideBar({ me, rail }: { me: Me; rail: boolean }) {
  const pending = usePendingCount();
  const places = sidePlaces(me);
  const demo = places.filter((place) => place.demo);
  const counted = (place: Place) => {
    if (place.to === '/stores') return { count: pending, about: 'pending' };
    return place.to === '/demo/mailbox' ? { count: me.unread_mails, about: 'unread' } : { count: 0, about: '' };
  };
  return (
    <aside className="side" aria-label="Main">
      <Link to="/stores" className="brand">
        <Icon name="brand" size={22} />
        <span className="label">Storekeeper</span>
      </Link>
      <AccountSwitcher me={me} className="acct" />
      <nav aria-label="Pages">
        {places
          .filter((place) => !place.demo)
          .map((place) => (
            <Entry key={place.to} place={place} rail={rail} {...counted(place)} />
          ))}
        {demo.length > 0 && (
          <>
            <hr />
            <div className="navh" id="demo-pages">
              Demo
            </div>
          </>
        )}
        {demo.map((place) => (
          <Entry key={place.to} place={place} rail={rail} {...counted(place)} />
        ))}
      </nav>
      <div className="foot">
        {me.demo && <DemoClock />}
        <PersonMenu me={me} rail={rail} />
      </div>
    </aside>
  );
}
