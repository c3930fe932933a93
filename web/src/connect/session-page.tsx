/** The ladder of a connect session, running visibly test by test; then connected, or diagnosed with its way out. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ConnectSession } from '../../../server/src/http/contract/connect.ts';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { connectSessionQuery, storeQuery } from '../api/queries.ts';
import { isStatus } from '../api/request.ts';
import { Button, LinkButton } from '../parts/button.tsx';
import { Answer } from '../parts/answer.tsx';
import { Icon } from '../parts/icon.tsx';
import { doneOf, Ladder, Progress } from '../parts/ladder.tsx';
import { Page } from '../parts/page.tsx';
import { NotTheOwner } from '../repair/hand-off.tsx';
import { isGreen } from '../repair/use-repair.ts';
import { WrongStoreTable } from '../repair/wrong-store-body.tsx';
import { MissingText } from '../shell/missing-page.tsx';
import { inWords, things } from '../words/counts.ts';
import { dayAndClock, took, toMs } from '../words/dates.ts';
import { sellerActs } from '../words/seller-acts.ts';
import { DiagnosisNotice } from './diagnosis-notice.tsx';
import { continuePath } from './leave-for.ts';
import { ranChecks, useReveal } from './reveal.ts';
import { connectSteps, WizardFrame, type StepNotes } from './wizard-frame.tsx';

const route = getRouteApi('/inside/connect/$sessionId');

const POLL_MS: Record<ConnectSession['status'], number | false> = {
  open: 3000,
  at_marketplace: 2000,
  verifying: 700,
  connected: false,
  failed: false,
  expired: false,
};

/** A real form: the answer redirects to the marketplace in this tab. */
function ContinueForm({
  session,
  label,
  primary = true,
}: {
  session: ConnectSession;
  label: string;
  primary?: boolean;
}) {
  return (
    <form method="post" action={continuePath(session)} style={{ display: 'contents' }}>
      <Button type="submit" kind={primary ? 'primary' : 'default'} size={primary ? 'large' : 'normal'}>
        {label}
        <Icon name="arrow" size={15} />
      </Button>
    </form>
  );
}

function Card({ title, text, children }: { title: string; text: ReactNode; children?: ReactNode }) {
  return (
    <div className="card lad-card">
      <div className="lad-head">
        <h2>{title}</h2>
        <p className="sm t2">{text}</p>
      </div>
      {children}
    </div>
  );
}

function Steps({ session }: { session: ConnectSession }) {
  return (
    <>
      <Progress steps={session.steps} />
      <Ladder steps={session.steps} />
    </>
  );
}

function Verifying({ session }: { session: ConnectSession }) {
  return (
    <Card
      title={`Checking ${session.name}`}
      text={`${doneOf(session.steps)} of ${session.steps.length} done. You may leave this page; the checks go on.`}
    >
      <Steps session={session} />
    </Card>
  );
}

/** Words that depend on what the session is for. */
const ABOUT = {
  connect: { title: 'Connect a store', done: 'is connected', not: 'is not connected yet', kept: '' },
  repair: { title: 'Reconnect Your Store', done: 'is connected again', not: 'is not connected again yet', kept: '' },
  move: {
    title: 'Move to the Selling Partner API',
    done: 'has moved to the Selling Partner API',
    not: 'has not moved yet',
    kept: ' Nothing was changed: it is where it was, on MWS.',
  },
} as const satisfies Record<ConnectSession['kind'], object>;

function Connected({ session }: { session: ConnectSession }) {
  const passed = session.steps.filter((step) => step.outcome === 'passed').length;
  const ms = session.steps.reduce((sum, step) => sum + (step.ms ?? 0), 0);
  return (
    <>
      <Card
        title={`${session.name} ${ABOUT[session.kind].done}`}
        text={`${passed === session.steps.length ? `All ${inWords(passed)} checks` : things(passed, 'check')} passed in ${took(ms)}.${session.kind === 'move' ? ' Its name, history and settings are as they were.' : ''}`}
      >
        <Steps session={session} />
      </Card>
      <div className="foot2">
        <LinkButton to={session.kind === 'connect' ? '/connect' : '/stores'}>
          {session.kind === 'connect' ? 'Connect another' : 'Back to Store Manager'}
        </LinkButton>
        {session.store_id !== null && (
          <LinkButton to="/stores/$storeId" params={{ storeId: session.store_id }} kind="primary" size="large">
            Open the store
          </LinkButton>
        )}
      </div>
    </>
  );
}

function WrongStore({ session }: { session: ConnectSession }) {
  if (session.wrong_store === null) return null;
  return (
    <>
      <Card
        title="You signed in to another store at Amazon"
        text={`You wanted ${session.wrong_store.expected_name} and confirmed for a store with another seller ID. Nothing was changed on either.`}
      >
        <div className="pane">
          <WrongStoreTable wrong={session.wrong_store} />
          <p className="sm t3 mt12">Sign out at Amazon first, or use a private window.</p>
        </div>
      </Card>
      <div className="foot2">
        <LinkButton to="/connect">Connect it as a new store</LinkButton>
        <ContinueForm session={session} label={`Try again for ${session.wrong_store.expected_name}`} />
      </div>
    </>
  );
}

function NotConnected({ session }: { session: ConnectSession }) {
  return session.wrong_store === null ? <Failed session={session} /> : <WrongStore session={session} />;
}

function OwnerLink({ session: { store_id: id, name, site } }: { session: ConnectSession }) {
  return id === null ? null : <NotTheOwner store={{ id, name, site }} />;
}

function Failed({ session }: { session: ConnectSession }) {
  const { diagnosis } = session;
  const cause = diagnosis?.cause;
  const retry = diagnosis === null || sellerActs(diagnosis);
  return (
    <>
      <Card
        title={`${session.name} ${ABOUT[session.kind].not}`}
        text={
          diagnosis === null
            ? 'The trip to Amazon ended without a permission. Nothing was changed.'
            : `${diagnosis.text.sentence}${ABOUT[session.kind].kept}`
        }
      >
        {ranChecks(session) && <Steps session={session} />}
        {cause === 'grant.not_owner' && <OwnerLink session={session} />}
      </Card>
      {diagnosis !== null && <DiagnosisNotice diagnosis={diagnosis} />}
      <div className="foot2">
        <LinkButton to="/stores" kind="quiet">
          Back to Store Manager
        </LinkButton>
        <ContinueForm session={session} label={retry ? 'Try again' : 'Try once more'} primary={retry} />
      </div>
    </>
  );
}

/** Confirmed another way meanwhile: by the owner's own link, in another window, or from Amazon's side. */
function ConnectedMeanwhile({ store }: { store: StoreBody }) {
  return (
    <>
      <Card
        title={`${store.name} is connected`}
        text="It was confirmed at Amazon another way. Nothing more to do here."
      />
      <div className="foot2">
        <LinkButton to="/stores" kind="quiet">
          Back to Store Manager
        </LinkButton>
        <LinkButton to="/stores/$storeId" params={{ storeId: store.id }} kind="primary" size="large">
          Open the store
        </LinkButton>
      </div>
    </>
  );
}

function Before({ session }: { session: ConnectSession }) {
  const { data: store } = useQuery({ ...storeQuery(session.store_id ?? ''), enabled: session.store_id !== null });
  if (store !== undefined && isGreen(store) && toMs(store.since) > toMs(session.created_at))
    return <ConnectedMeanwhile store={store} />;
  const away = session.status === 'at_marketplace';
  return (
    <>
      <Card
        title={away ? 'Waiting for you at Amazon' : `Permission for ${session.name}`}
        text={
          away
            ? 'Confirm on Amazon’s page. This page goes on by itself as soon as you have.'
            : 'Sign in at Amazon as the store’s primary user, tick the box, click Confirm. You come back here.'
        }
      >
        <div className="pane">
          <p className="sm t2">This page works until {dayAndClock(session.expires_at)}.</p>
        </div>
        {away && <OwnerLink session={session} />}
      </Card>
      <div className="foot2">
        <LinkButton to="/stores" kind="quiet">
          Later
        </LinkButton>
        <ContinueForm session={session} label={away ? 'Open Amazon’s page again' : 'Continue to Amazon'} />
      </div>
    </>
  );
}

function Expired({ session }: { session: ConnectSession }) {
  return (
    <>
      <Card
        title="This link has ended"
        text={`It was for ${session.name} and ran out on ${dayAndClock(session.expires_at)}. Nothing was changed.`}
      />
      <div className="foot2">
        <LinkButton to="/stores" kind="quiet">
          Back to Store Manager
        </LinkButton>
        {session.kind !== 'connect' && session.store_id !== null ? (
          <LinkButton to="/stores/$storeId" params={{ storeId: session.store_id }} kind="primary" size="large">
            Open the store
          </LinkButton>
        ) : (
          <LinkButton to="/connect" kind="primary" size="large">
            Start again
          </LinkButton>
        )}
      </div>
    </>
  );
}

const BODIES = {
  open: Before,
  at_marketplace: Before,
  verifying: Verifying,
  connected: Connected,
  failed: NotConnected,
  expired: Expired,
} as const satisfies Record<ConnectSession['status'], (props: { session: ConnectSession }) => ReactNode>;

const STEP_AT = { open: 3, at_marketplace: 3, verifying: 4, connected: 5, failed: 4, expired: 3 } as const;

/** A repair and a move have no account to choose: their steps are fewer. */
function notesOf(session: ConnectSession): StepNotes {
  const steps = connectSteps({
    account: '',
    store: `${session.name} · ${session.site}`,
    permission: 'Confirmed at Amazon',
  });
  const confirmed = session.wrong_store !== null || ranChecks(session);
  const at = session.status === 'failed' && !confirmed ? 3 : STEP_AT[session.status];
  return session.kind === 'connect' ? { at, steps } : { at: at - 1, steps: steps.slice(1) };
}

function SessionBody({ session: told }: { session: ConnectSession }) {
  const session = useReveal(told);
  const Body = BODIES[session.status];
  return (
    <WizardFrame notes={notesOf(session)}>
      <Body session={session} />
    </WizardFrame>
  );
}

export function SessionPage() {
  const { sessionId } = route.useParams();
  const session = useQuery({
    ...connectSessionQuery(sessionId),
    refetchInterval: (query) => (query.state.data === undefined ? false : POLL_MS[query.state.data.status]),
  });
  const { title } = ABOUT[session.data?.kind ?? 'connect'];
  if (session.isError && isStatus(session.error, 404)) {
    return (
      <Page title="This connection is not here" crumb="Connect a store">
        <MissingText what="connection" />
      </Page>
    );
  }
  return (
    <Page title={title} crumb={title}>
      <Answer query={session} what="the checks" unchanged="They go on without this page.">
        {(data) => <SessionBody session={data} />}
      </Answer>
    </Page>
  );
}
