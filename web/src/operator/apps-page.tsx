/** *Our apps*, for operators: each app's secrets by fingerprint, its queue, and what is wrong with it. Never a secret. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Apps } from '../../../server/src/http/contract/app.ts';
import { useNow } from '../api/product-clock.ts';
import { appsQuery, keys, meQuery } from '../api/queries.ts';
import { request } from '../api/request.ts';
import { Answer } from '../parts/answer.tsx';
import { Button } from '../parts/button.tsx';
import { ProblemNotice } from '../parts/failure.tsx';
import { Icon } from '../parts/icon.tsx';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { figure } from '../words/counts.ts';
import { day, dayAndClock, span, toMs } from '../words/dates.ts';
import {
  queueState,
  runway,
  runwayAdvice,
  secretStatus,
  secretTrial,
  subscriptionsState,
  type AppRow,
  type SecretRow,
} from './apps-words.ts';

type Fault = Apps['machine'][number];

function Faults({ faults }: { faults: readonly Fault[] }) {
  return faults.map(({ cause, since, subject, happened, means, next }) => (
    <Notice key={cause} tone={cause === 'app.secret_expiring' ? 'warn' : 'act'} icon="alert">
      <b>{subject.charAt(0).toUpperCase() + subject.slice(1)}</b>{' '}
      <span className="t3 num">since {dayAndClock(since)}</span>
      <p>{happened}</p>
      <p>{means}</p>
      <p>
        <b>What to do:</b> {next}
      </p>
    </Notice>
  ));
}

function Secrets({ secrets, id }: { secrets: readonly SecretRow[]; id: string }) {
  return (
    <table className="tblm mid" role="table" aria-labelledby={id}>
      <thead role="rowgroup">
        <tr role="row">
          {['Secret', 'State', 'Ends', 'Trial'].map((heading) => (
            <th key={heading} role="columnheader" scope="col">
              {heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {secrets.map((secret) => (
          <tr role="row" key={secret.fingerprint}>
            <td role="cell">
              <span className="mono">{secret.fingerprint}</span>
              <div className="sub2">{secret.source === 'file' ? 'from the apps file' : 'came by the queue'}</div>
            </td>
            <td role="cell" className={secret.status === 'live' ? 'm5' : 't2'}>
              {secretStatus(secret)}
            </td>
            <td role="cell" className="num t2">
              <span className="only-phone" aria-hidden="true">
                ends{' '}
              </span>
              {secret.ends_at === null ? 'not known' : day(secret.ends_at)}
            </td>
            <td role="cell" className="t2">
              {secretTrial(secret) ?? 'Never tried apart'}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Queue({ queue }: { queue: NonNullable<AppRow['queue']> }) {
  const now = useNow();
  const age = queue.last_message_at === null ? null : `${span(now - toMs(queue.last_message_at))} ago`;
  return (
    <dl className="kv">
      <dt>Queue</dt>
      <dd>{queueState(queue, age)}</dd>
      <dt>Messages</dt>
      <dd className="num">
        {figure(queue.handled)} used, {figure(queue.repeated)} came again, {figure(queue.unknown)} of no use,{' '}
        {figure(queue.malformed)} unreadable
      </dd>
      <dt>Stores</dt>
      <dd>{subscriptionsState(queue)}</dd>
    </dl>
  );
}

function Rotate({ app }: { app: AppRow }) {
  const client = useQueryClient();
  const rotate = useMutation({
    mutationFn: () =>
      request<Apps>('/app/operator/apps/rotate', { method: 'POST', body: { application_id: app.application_id } }),
    onSuccess: (after) => client.setQueryData(keys.apps, after),
  });
  return (
    <div className="stack">
      <div className="row">
        <Button busy={rotate.isPending} onClick={() => rotate.mutate()}>
          <Icon name="turning" size={15} />
          Rotate the secret now
        </Button>
      </div>
      <p className="hint" aria-live="polite">
        {app.rotation === null
          ? 'The new one comes by the queue and is tried on one store before all use it. No seller notices.'
          : `Ordered ${dayAndClock(app.rotation.asked_at)}. ${app.rotation.answer === 'ok' ? 'Amazon took the order.' : 'Amazon has not taken the order.'}`}
      </p>
      {rotate.error !== null && <ProblemNotice error={rotate.error} />}
    </div>
  );
}

function AppCard({ app }: { app: AppRow }) {
  const id = `app-${app.application_id}`;
  return (
    <section className="card" aria-labelledby={id}>
      <div className="hd">
        <h2 id={id}>{app.name}</h2>
        <span className="grow" />
        <span className="asof">{app.label}</span>
      </div>
      <div className="bd stack">
        <p className="sm t3 mono app-id">{app.application_id}</p>
        <Faults faults={app.faults} />
        {app.draft && (
          <p className="sm t2">The settings say that it is a draft: only sellers who are invited can connect.</p>
        )}
        <div>
          <p className="say">{runway(app)}</p>
          <p className="say2">{runwayAdvice(app)}</p>
        </div>
        {app.queue === null ? (
          app.marketplace === 'amazon' && (
            <p className="sm t2">No queue: everything is learnt by looking. With one, news comes within seconds.</p>
          )
        ) : (
          <Queue queue={app.queue} />
        )}
        {app.can_rotate && <Rotate app={app} />}
      </div>
      {app.secrets.length > 0 && <Secrets secrets={app.secrets} id={id} />}
    </section>
  );
}

export function AppsPage() {
  const { data: me } = useQuery(meQuery);
  const operator = me?.operator === true;
  const apps = useQuery({ ...appsQuery, enabled: operator });
  if (!operator) {
    return (
      <Page title="This page is for operators" crumb="Our apps">
        <p className="t2">Only whoever runs this Storekeeper sees its apps.</p>
      </Page>
    );
  }
  return (
    <Page
      title="Our apps"
      crumb="Our apps"
      sub={<p className="sm t2">The apps that stores are reached with. Only operators see this page.</p>}
    >
      <Answer query={apps} what="the apps" unchanged="No app was touched.">
        {({ apps: list, machine }) => (
          <div className="stack">
            <Faults faults={machine} />
            {list.map((app) => (
              <AppCard key={app.application_id} app={app} />
            ))}
            {list.length === 0 && (
              <p className="t2">
                No app is configured yet. Name a file with STOREKEEPER_APPS_FILE; the guide for operators says how.
              </p>
            )}
          </div>
        )}
      </Answer>
    </Page>
  );
}
