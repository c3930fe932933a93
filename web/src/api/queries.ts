/** Everything the pages read, each with its key. Live events write into the same keys. */
import { queryOptions, type QueryClient } from '@tanstack/react-query';
import type {
  ApiKey,
  Apps,
  Catalogue,
  DemoState,
  Fleet,
  InvitationPage,
  Mail,
  Me,
  Person,
  TimelineEntry as TimelineEntrySchema,
} from '../../../server/src/http/contract/app.ts';
import type { ConnectSession, DeveloperIdBody, Repair } from '../../../server/src/http/contract/connect.ts';
import type { HandOffBody } from '../../../server/src/http/contract/hand-off.ts';
import type { CohortList, IncidentList } from '../../../server/src/http/contract/incident.ts';
import type { ObservationBody, StoreBody } from '../../../server/src/http/contract/store.ts';
import type { z } from 'zod';
import { readAllPages, type StoreList, type StorePage } from './all-stores.ts';
import { learnClock } from './product-clock.ts';
import { request } from './request.ts';

export type PersonRow = z.infer<typeof Person>;
export type InvitationBody = z.infer<typeof InvitationPage>;
export type ApiKeyRow = z.infer<typeof ApiKey>;
export type MailList = { data: Mail[]; unread: number };
export type TimelineEntry = z.infer<typeof TimelineEntrySchema>;
export type TimelinePage = { data: TimelineEntry[]; next_cursor: string | null };

export const keys = {
  me: ['me'] as const,
  stores: ['stores'] as const,
  store: (id: string) => ['store', id] as const,
  repair: (id: string) => ['repair', id] as const,
  handOffs: (storeId: string) => ['hand-offs', storeId] as const,
  madeHandOff: (storeId: string) => ['made-hand-off', storeId] as const,
  connectSession: (id: string) => ['connect-session', id] as const,
  timeline: (id: string) => ['timeline', id] as const,
  observations: (id: string) => ['observations', id] as const,
  catalogue: ['catalogue'] as const,
  developerIds: ['developer-ids'] as const,
  fleet: ['fleet'] as const,
  apps: ['apps'] as const,
  cohorts: ['weather', 'cohorts'] as const,
  incidents: ['weather', 'incidents'] as const,
  weather: ['weather'] as const,
  people: ['people'] as const,
  invitation: (id: string) => ['invitation', id] as const,
  apiKeys: ['api-keys'] as const,
  messages: ['messages'] as const,
  renewals: ['renewals'] as const,
  demo: ['demo'] as const,
  mailbox: ['mailbox'] as const,
};

/** Who is signed in: null when nobody is. The sign-in library answers 200 either way, so asking is no error. */
export async function readMe(): Promise<Me | null> {
  const session = await request<unknown>('/api/auth/get-session');
  if (session === null || session === undefined) return null;
  const me = await request<Me>('/app/me');
  learnClock(me.now);
  return me;
}

export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: readMe,
  staleTime: 30_000,
});

export const storesQuery = (client: QueryClient) =>
  queryOptions({
    queryKey: keys.stores,
    queryFn: async ({ signal }): Promise<StoreList> =>
      readAllPages(
        (cursor) =>
          request<StorePage>(`/v1/stores?limit=200${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`, {
            signal,
          }),
        (soFar) => {
          const known = client.getQueryData<StoreList>(keys.stores);
          // A list that is complete already is never made shorter while it is read again.
          if (known === undefined || !known.complete) client.setQueryData(keys.stores, soFar);
        },
      ),
    staleTime: 60_000,
  });

export const storeQuery = (id: string) =>
  queryOptions({
    queryKey: keys.store(id),
    queryFn: ({ signal }) => request<StoreBody>(`/v1/stores/${encodeURIComponent(id)}`, { signal }),
    staleTime: 10_000,
  });

/** POST opens the repair or resumes the one that runs; it also starts the quick looking. */
export function openRepair(id: string): Promise<Repair> {
  return request<Repair>(`/app/stores/${encodeURIComponent(id)}/repair`, { method: 'POST', body: {} });
}

export function readRepair(id: string, signal?: AbortSignal): Promise<Repair> {
  return request<Repair>(`/app/stores/${encodeURIComponent(id)}/repair`, signal === undefined ? {} : { signal });
}

/** The store's links for its owner, the newest first. */
export const handOffsQuery = (storeId: string) =>
  queryOptions({
    queryKey: keys.handOffs(storeId),
    queryFn: ({ signal }) =>
      request<{ data: HandOffBody[] }>(`/v1/stores/${encodeURIComponent(storeId)}/hand_offs`, { signal }),
  });

export const connectSessionQuery = (id: string) =>
  queryOptions({
    queryKey: keys.connectSession(id),
    queryFn: ({ signal }) => request<ConnectSession>(`/v1/connect_sessions/${encodeURIComponent(id)}`, { signal }),
  });

export function readTimeline(id: string, cursor: string | null, signal: AbortSignal): Promise<TimelinePage> {
  const query = cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`;
  return request<TimelinePage>(`/app/stores/${encodeURIComponent(id)}/timeline${query}`, { signal });
}

export const observationsQuery = (id: string) =>
  queryOptions({
    queryKey: keys.observations(id),
    queryFn: ({ signal }) =>
      request<{ data: ObservationBody[]; next_cursor: string | null }>(
        `/v1/stores/${encodeURIComponent(id)}/observations`,
        { signal },
      ),
    staleTime: 15_000,
  });

export const catalogueQuery = queryOptions({
  queryKey: keys.catalogue,
  queryFn: ({ signal }) => request<Catalogue>('/app/catalogue', { signal }),
  staleTime: 600_000,
});

export const developerIdsQuery = queryOptions({
  queryKey: keys.developerIds,
  queryFn: ({ signal }) => request<{ data: DeveloperIdBody[] }>('/v1/developer_ids', { signal }),
  staleTime: 600_000,
});

/** Over all accounts, for operators only. */
export const appsQuery = queryOptions({
  queryKey: keys.apps,
  queryFn: ({ signal }) => request<Apps>('/app/operator/apps', { signal }),
  // Nothing of it comes by live events.
  refetchInterval: 10_000,
});

export const fleetQuery = queryOptions({
  queryKey: keys.fleet,
  queryFn: ({ signal }) => request<Fleet>('/app/fleet', { signal }),
  refetchInterval: 60_000,
});

/** The watch decides every five seconds, so there is nothing newer to be read in between. */
const WEATHER_MS = 5_000;

export const cohortsQuery = queryOptions({
  queryKey: keys.cohorts,
  queryFn: ({ signal }) => request<CohortList>('/app/operator/cohorts', { signal }),
  refetchInterval: WEATHER_MS,
});

export const incidentsQuery = queryOptions({
  queryKey: keys.incidents,
  queryFn: ({ signal }) => request<IncidentList>('/app/operator/incidents', { signal }),
  refetchInterval: WEATHER_MS,
});

export const peopleQuery = queryOptions({
  queryKey: keys.people,
  queryFn: ({ signal }) => request<{ data: PersonRow[] }>('/app/people', { signal }),
});

export const invitationQuery = (id: string) =>
  queryOptions({
    queryKey: keys.invitation(id),
    queryFn: ({ signal }) => request<InvitationBody>(`/app/invitations/${encodeURIComponent(id)}`, { signal }),
  });

export const apiKeysQuery = queryOptions({
  queryKey: keys.apiKeys,
  queryFn: ({ signal }) => request<{ data: ApiKeyRow[] }>('/app/api-keys', { signal }),
});

export const demoQuery = queryOptions({
  queryKey: keys.demo,
  queryFn: async ({ signal }) => {
    const state = await request<DemoState>('/app/demo', { signal });
    learnClock(state.now);
    return state;
  },
});

export const mailboxQuery = queryOptions({
  queryKey: keys.mailbox,
  queryFn: ({ signal }) => request<MailList>('/app/mailbox', { signal }),
});
