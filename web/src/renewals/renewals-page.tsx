/** The renewal day: all stores on one list, each turning to the same new date while the list stays open. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import type { RenewalPlace, Renewals } from '../../../server/src/http/contract/renewals.ts';
import { announce, markGreen } from '../api/green-moment.ts';
import { Answer } from '../parts/answer.tsx';
import { Button, LinkButton } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { SkeletonCard, SkeletonRows } from '../parts/skeleton.tsx';
import { CalendarBox } from './calendar-box.tsx';
import { DayCard } from './day-card.tsx';
import { inOrder, withNewOnes } from './held-order.ts';
import { calendarDay, hasBegunEarly } from './plan-words.ts';
import { RenewalList } from './renewal-list.tsx';
import { renewalsQuery, useChooseDay } from './renewals-query.ts';

const RepairDialog = lazy(async () => ({ default: (await import('../repair/repair-dialog.tsx')).RepairDialog }));

const route = getRouteApi('/inside/renewals');

/** Says each renewal once, as it is seen. */
function useGreenMoments(places: readonly RenewalPlace[]): void {
  const before = useRef<ReadonlySet<string> | null>(null);
  useEffect(() => {
    const renewed = places
      .flatMap(({ stores }) => stores)
      .filter((store) => store.state === 'renewed' || store.state === 'renewed_early');
    for (const store of renewed) {
      if (before.current === null || before.current.has(store.id)) continue;
      markGreen(store.id);
      announce(
        `${store.name} is renewed, next end ${store.ends_on === null ? 'unknown' : calendarDay(store.ends_on)}.`,
      );
    }
    before.current = new Set(renewed.map((store) => store.id));
  }, [places]);
}

function useHeldPlaces(places: readonly RenewalPlace[]): RenewalPlace[] {
  const [order, setOrder] = useState<readonly string[]>([]);
  const known = withNewOnes(order, places);
  if (known !== order) setOrder(known);
  return inOrder(places, known);
}

/** Somebody began before the day: today could be the day for all, so that they still end together. */
function BegunEarly({ plan }: { plan: Renewals }) {
  const choose = useChooseDay();
  if (!hasBegunEarly(plan)) return null;
  return (
    <Notice
      tone="info"
      icon="calendar"
      action={
        <Button size="row" busy={choose.isPending} onClick={() => choose.mutate(plan.today)}>
          Make today the day
        </Button>
      }
    >
      You have begun today. Make today the renewal day, and what you renew now ends together.
    </Notice>
  );
}

function NoStores() {
  return (
    <section className="card er">
      <h2>Once a store is connected, its renewal is planned here.</h2>
      <p className="t2">
        Amazon’s permission lasts a year. On one renewal day you renew all stores together, and from then on they end
        together.
      </p>
      <LinkButton to="/connect" kind="primary" className="mt12">
        Connect a store
      </LinkButton>
    </section>
  );
}

function Loaded({ plan }: { plan: Renewals }) {
  const { repair } = route.useSearch();
  const navigate = route.useNavigate();
  const places = useHeldPlaces(plan.places);
  useGreenMoments(plan.places);
  const showRepair = (id: string | null): void =>
    void navigate({ search: id === null ? {} : { repair: id }, replace: id === null, resetScroll: false });
  return (
    <>
      <div className="cols">
        <div className="stack">
          {places.length === 0 ? <NoStores /> : <DayCard plan={plan} />}
          <BegunEarly plan={plan} />
          {places.length > 0 && <RenewalList places={places} plan={plan} onRepair={showRepair} />}
        </div>
        <aside className="stack" aria-label="Calendar">
          <CalendarBox calendar={plan.calendar} />
        </aside>
      </div>
      <Suspense fallback={null}>
        {repair !== undefined && <RepairDialog key={repair} storeId={repair} onClose={() => showRepair(null)} />}
      </Suspense>
    </>
  );
}

export function RenewalsPage() {
  const renewals = useQuery(renewalsQuery);
  return (
    <Page
      title="Renewal day"
      sub={<p className="sub">Renew all stores on one day, and they end together from then on.</p>}
    >
      <Answer
        query={renewals}
        what="the renewal day"
        unchanged="No store and no day was changed."
        skeleton={
          <div className="stack">
            <SkeletonCard lines={4} />
            <SkeletonRows rows={4} />
          </div>
        }
      >
        {(plan) => <Loaded plan={plan} />}
      </Answer>
    </Page>
  );
}
