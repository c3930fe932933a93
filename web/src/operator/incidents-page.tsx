/** *Incidents*, for operators: the weather over every cohort as it is now, and the marketplaces' incidents. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import type { CohortList, IncidentBody, IncidentList } from '../../../server/src/http/contract/incident.ts';
import { useNow } from '../api/product-clock.ts';
import { cohortsQuery, incidentsQuery, meQuery } from '../api/queries.ts';
import { Answer } from '../parts/answer.tsx';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { AsOf } from '../parts/time.tsx';
import { figure, things } from '../words/counts.ts';
import { clockSeconds } from '../words/dates.ts';
import { CloseDialog } from './close-dialog.tsx';
import { CohortTable } from './cohort-table.tsx';
import { IncidentCard } from './incident-card.tsx';
import { weatherHeadline } from './incident-words.ts';
import { OpenDialog } from './open-dialog.tsx';
import { PastIncidents } from './past-incidents.tsx';

/** Numbers older than this are said to be: three askings went unanswered. */
const STALE_MS = 20_000;

/** Open, or closed while stores still wait for their look. */
function isUnderWay({ closed_at, held }: IncidentBody): boolean {
  return closed_at === null || held > 0;
}

function Summary({ cohorts, incidents }: { cohorts: CohortList; incidents: IncidentList }) {
  const held = incidents.data.reduce((sum, one) => sum + one.held, 0);
  const stores = cohorts.data.reduce((sum, one) => sum + one.stores, 0);
  return (
    <section className="card inc-sum" aria-label="How it stands">
      <p className="say">{weatherHeadline(cohorts.data, incidents.data)}</p>
      <p className="say2">
        {cohorts.data.length === 0 ? (
          'Stores of one marketplace, region and app share their weather: a cohort. The first one stands here as soon as a store is connected.'
        ) : (
          <>
            {figure(stores)} watched {stores === 1 ? 'store' : 'stores'} in {things(cohorts.data.length, 'cohort')},{' '}
            {held === 0 ? 'none held' : `${figure(held)} held`}, <AsOf at={cohorts.as_of} staleAfterMs={STALE_MS} />;
            asked again every five seconds.
          </>
        )}
      </p>
    </section>
  );
}

/** What is shown is kept while the server does not answer; how old it is must then be said. */
function Unanswered({ query, at }: { query: Pick<UseQueryResult, 'isError'>; at: string }) {
  if (!query.isError) return null;
  return (
    <Notice tone="warn" icon="alert" role="alert" className="top-notice">
      <b>The server did not answer.</b> These numbers are from <span className="num">{clockSeconds(at)}</span>. It is
      asked again every five seconds; stores are held and let go all the same.
    </Notice>
  );
}

type LoadedProps = { cohorts: CohortList; incidents: IncidentList; onClose: (incident: IncidentBody) => void };

function Loaded({ cohorts, incidents, onClose }: LoadedProps) {
  const now = useNow();
  const underWay = incidents.data.filter(isUnderWay);
  const past = incidents.data.filter((one) => !isUnderWay(one));
  return (
    <div className="stack">
      <Summary cohorts={cohorts} incidents={incidents} />
      {underWay.length > 0 && (
        <section className="stack" aria-label="Open incidents">
          {underWay.map((incident) => (
            <IncidentCard key={incident.id} incident={incident} now={now} onClose={() => onClose(incident)} />
          ))}
        </section>
      )}
      <CohortTable cohorts={cohorts.data} now={now} />
      <PastIncidents incidents={past} now={now} />
    </div>
  );
}

type Asked = { what: 'open' } | { what: 'close'; incident: IncidentBody } | null;

export function IncidentsPage() {
  const { data: me } = useQuery(meQuery);
  const operator = me?.operator === true;
  const cohorts = useQuery({ ...cohortsQuery, enabled: operator });
  const incidents = useQuery({ ...incidentsQuery, enabled: operator });
  const [asked, setAsked] = useState<Asked>(null);
  if (!operator) {
    return (
      <Page title="This page is for operators" crumb="Incidents">
        <p className="t2">
          Only whoever runs this Storekeeper sees the stores of every account. <a href="/status">The status page</a> is
          for everybody.
        </p>
      </Page>
    );
  }
  const known = cohorts.data?.data ?? [];
  return (
    <Page
      title="Incidents"
      crumb="Incidents"
      sub={
        <p className="sm t2">
          Every account of this Storekeeper. Only operators see this page; <a href="/status">the status page</a> is for
          everybody.
        </p>
      }
      actions={known.length > 0 && <Button onClick={() => setAsked({ what: 'open' })}>Open an incident</Button>}
    >
      <Answer query={cohorts} what="the cohorts" unchanged="Stores are watched and held all the same.">
        {(cohortList) => (
          <Answer query={incidents} what="the incidents" unchanged="Stores are watched and held all the same.">
            {(incidentList) => (
              <>
                <Unanswered query={{ isError: cohorts.isError || incidents.isError }} at={cohortList.as_of} />
                <Loaded
                  cohorts={cohortList}
                  incidents={incidentList}
                  onClose={(incident) => setAsked({ what: 'close', incident })}
                />
              </>
            )}
          </Answer>
        )}
      </Answer>
      {asked?.what === 'open' && <OpenDialog cohorts={known} onClose={() => setAsked(null)} />}
      {asked?.what === 'close' && <CloseDialog incident={asked.incident} onClose={() => setAsked(null)} />}
    </Page>
  );
}
