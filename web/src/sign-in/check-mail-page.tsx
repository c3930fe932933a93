/** After signing up: where the link is that confirms the address. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { readOffer } from '../api/demo-offer.ts';
import { refusalOf, sendConfirmation } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { Door } from './door.tsx';

const route = getRouteApi('/check-mail');

function WhereItIs({ email }: { email: string }) {
  const { data: offer } = useQuery({ queryKey: ['offer'], queryFn: readOffer, staleTime: Infinity });
  if (offer === undefined) return null;
  if (!offer.sends_mail) {
    return (
      <>
        <p className="t2 mt8">
          This Storekeeper sends no mail. Ask its operator to confirm <b>{email}</b>. The operator runs this command and
          gives you the link that it prints:
        </p>
        <p className="mt8">
          <code className="mono">npm run storekeeper -- person confirm {email}</code>
        </p>
      </>
    );
  }
  return (
    <>
      <p className="t2 mt8">
        Open the mail to <b>{email}</b> and use the link in it within 24 hours.
      </p>
      {offer.demo && <p className="t2 mt8">This is the demo: the mail is in the mailbox of the demo account.</p>}
    </>
  );
}

export function CheckMailPage() {
  const { email } = route.useSearch();
  const again = useMutation({ mutationFn: () => sendConfirmation(email ?? '') });
  return (
    <Door title="Check your mail">
      <WhereItIs email={email ?? 'your address'} />
      {email !== undefined && (
        <div className="row wrap mt16">
          <Button busy={again.isPending} onClick={() => again.mutate()}>
            Send it again
          </Button>
        </div>
      )}
      {again.isSuccess && (
        <div className="mt12">
          <Notice tone="good" icon="check" role="status">
            If the address is not confirmed yet, another mail is on its way.
          </Notice>
        </div>
      )}
      {again.isError && (
        <div className="mt12">
          <Notice tone="act" icon="alert" role="alert">
            {refusalOf(again.error).message}
          </Notice>
        </div>
      )}
      <p className="after">
        <Link to="/sign-in">Sign in</Link>
      </p>
    </Door>
  );
}
