/** An invitation: who it is for, and joining. Signed out people sign in or up first and come back here. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { invitationQuery, meQuery, type InvitationBody } from '../api/queries.ts';
import { isStatus, request } from '../api/request.ts';
import { sendConfirmation } from '../api/session.ts';
import { Answer } from '../parts/answer.tsx';
import { Button, LinkButton } from '../parts/button.tsx';
import { ProblemNotice } from '../parts/failure.tsx';
import { Notice } from '../parts/notice.tsx';
import { day } from '../words/dates.ts';
import { Door } from './door.tsx';
import { rememberWay, useEnter } from './enter.ts';

const route = getRouteApi('/invitation/$invitationId');

function SignedOut({ to }: { to: string }) {
  return (
    <>
      <p className="t2 mt8">Sign in with that address, or create an account for it, to accept.</p>
      <div className="row wrap mt16">
        <LinkButton to="/sign-in" search={{ to }} kind="primary" size="large">
          Sign in
        </LinkButton>
        <LinkButton to="/sign-up" search={{ to }} size="large">
          Create an account
        </LinkButton>
      </div>
    </>
  );
}

function ConfirmFirst({ email, to }: { email: string; to: string }) {
  const mail = useMutation({ mutationFn: () => sendConfirmation(email), onSuccess: () => rememberWay(to) });
  return (
    <>
      <p className="t2 mt8">Confirm your e-mail address first. We send a link to {email}.</p>
      <div className="row wrap mt16">
        <Button kind="primary" size="large" busy={mail.isPending} onClick={() => mail.mutate()}>
          Send link
        </Button>
      </div>
      {mail.isSuccess && (
        <div className="mt12">
          <Notice tone="good" icon="check" role="status">
            The mail is on its way.
          </Notice>
        </div>
      )}
    </>
  );
}

function Accept({ id }: { id: string }) {
  const enter = useEnter();
  const accept = useMutation({
    mutationFn: () => request(`/app/invitations/${encodeURIComponent(id)}/accept`, { method: 'POST', body: {} }),
    onSuccess: () => enter('/stores'),
  });
  return (
    <>
      {accept.isError && (
        <div className="mt16">
          <ProblemNotice error={accept.error} />
        </div>
      )}
      <div className="row wrap mt16">
        <Button kind="primary" size="large" busy={accept.isPending} onClick={() => accept.mutate()}>
          Join
        </Button>
        <LinkButton to="/stores" kind="quiet" size="large">
          Not now
        </LinkButton>
      </div>
    </>
  );
}

const ROLE_WORDS = {
  owner: 'You can do everything.',
  admin: 'You can connect and repair stores, and invite people.',
  member: 'You can see the stores and repair them.',
} as const;

function Letter({ invitation, secret }: { invitation: InvitationBody; secret: string }) {
  const to = `/invitation/${secret}`;
  const me = useQuery(meQuery);
  return (
    <>
      <p className="t2 mt8">
        {invitation.invited_by} invites <b>{invitation.email}</b> to {invitation.account_name}.{' '}
        {ROLE_WORDS[invitation.role]} The link works until {day(invitation.expires_at)}.
      </p>
      <Answer query={me} what="who you are" unchanged="The invitation is still open.">
        {(data) => {
          if (data === null) return <SignedOut to={to} />;
          const { email, email_verified: confirmed } = data.person;
          const isTheirs = email.toLowerCase() === invitation.email.toLowerCase();
          return isTheirs && !confirmed ? <ConfirmFirst email={email} to={to} /> : <Accept id={secret} />;
        }}
      </Answer>
    </>
  );
}

export function InvitationPage() {
  const { invitationId } = route.useParams();
  const invitation = useQuery(invitationQuery(invitationId));
  return (
    <Door title="You are invited">
      {isStatus(invitation.error, 404) ? (
        <p className="t2 mt8">This invitation was used, withdrawn or ran out. Ask whoever sent it for a new link.</p>
      ) : (
        <Answer query={invitation} what="the invitation" unchanged="It is still open.">
          {(data) => <Letter invitation={data} secret={invitationId} />}
        </Answer>
      )}
    </Door>
  );
}
