/** *Move to the Selling Partner API*: one dialog; the store keeps its identity and history, and the old way works until the new one is proven. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import type { ConnectSession } from '../../../server/src/http/contract/connect.ts';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { fieldErrorsOf } from '../api/problem.ts';
import { productNow } from '../api/product-clock.ts';
import { keys } from '../api/queries.ts';
import { problemOf, request } from '../api/request.ts';
import { keepStore } from '../api/store-changes.ts';
import { CredentialFields } from '../connect/credential-fields.tsx';
import {
  authorizedOnError,
  CREDENTIAL_FIELDS,
  NO_CREDENTIALS,
  refreshTokenError,
  typedCredentials,
} from '../connect/credentials.ts';
import { leaveFor } from '../connect/leave-for.ts';
import { NumberedSteps } from '../developers/where-is-it.tsx';
import { Button } from '../parts/button.tsx';
import { CheckList } from '../parts/check-list.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemNotice } from '../parts/failure.tsx';
import { Icon } from '../parts/icon.tsx';
import { Notice } from '../parts/notice.tsx';
import { useForm } from '../sign-in/use-form.ts';
import { longPlaceLine } from '../words/places.ts';

const TITLE = 'Move to the Selling Partner API';

function Stays() {
  const lines = [
    'Name, settings, timeline and everything we know about the store stay.',
    'The seller ID stays bound: another store’s permission is refused.',
    'MWS is used until the new permission is proven. If it is not, nothing has changed.',
  ];
  return (
    <ul className="stay">
      {lines.map((line) => (
        <li key={line} className="good">
          <Icon name="check" size={16} />
          <span>{line}</span>
        </li>
      ))}
    </ul>
  );
}

function useConsent(store: StoreBody) {
  return useMutation({
    mutationFn: () =>
      request<ConnectSession>('/v1/connect_sessions', {
        method: 'POST',
        body: { store_id: store.id, move_to: 'amazon' },
      }),
    onSuccess: (session) => leaveFor(session),
  });
}

function Asking({ store, onByHand }: { store: StoreBody; onByHand: () => void }) {
  const consent = useConsent(store);
  return (
    <>
      <div className="dbody" tabIndex={0} role="group" aria-label="What changes">
        <div className="pane stack">
          <div>
            <h3 className="cause">Amazon has replaced MWS by the Selling Partner API.</h3>
            <p className="sm t2 mt8">
              {store.name} moves with one confirmation at Amazon. You sign in there and confirm; no token is copied.
            </p>
          </div>
          <Stays />
          {consent.isError && <ProblemNotice error={consent.error} />}
        </div>
        <div className="pane second">
          <h3>Two clicks at Amazon</h3>
          <NumberedSteps
            steps={[
              <>
                Click <em className="bt">Continue</em> and sign in to Seller Central as the store’s{' '}
                <em>primary user</em>. If Amazon asks, choose the site <em>{store.site}</em>.
              </>,
              <>
                Tick the box and click <em className="bt">Confirm</em>.
              </>,
              'You come back here and see every check. Only when all of them pass does the store move.',
            ]}
          />
        </div>
      </div>
      <div className="df">
        <button type="button" className="lnk" onClick={onByHand}>
          Move with a refresh token instead
        </button>
        <span className="grow" />
        <Button
          kind="primary"
          size="large"
          busy={consent.isPending || consent.isSuccess}
          onClick={() => consent.mutate()}
        >
          Continue
          <Icon name="arrow" size={15} />
        </Button>
      </div>
    </>
  );
}

function useTyped(store: StoreBody) {
  const client = useQueryClient();
  const { form, values, field, check, showErrors } = useForm(NO_CREDENTIALS, {
    refresh_token: refreshTokenError,
    authorized_on: (value) => authorizedOnError(value, productNow()),
  });
  const send = useMutation({
    mutationFn: () =>
      request<StoreBody>(`/v1/stores/${encodeURIComponent(store.id)}/credentials`, {
        method: 'PUT',
        body: { marketplace: 'amazon', credentials: typedCredentials(values) },
      }),
    onSuccess: (answer) => {
      keepStore(client, answer);
      void client.invalidateQueries({ queryKey: keys.timeline(store.id) });
    },
    onError: (error) => showErrors(fieldErrorsOf(problemOf(error), CREDENTIAL_FIELDS).fields),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!send.isPending && check()) send.mutate();
  };
  return { form, field, send, submit };
}

function Refusal({ error }: { error: Error | null }) {
  if (error === null) return null;
  const problem = problemOf(error);
  if (problem.diagnosis !== undefined) {
    return (
      <Notice tone="act" icon="cross" role="alert">
        <b>{problem.diagnosis.text.sentence}</b>
        <br />
        {problem.diagnosis.text.next}
        <br />
        <span className="t2">Nothing was changed. The store is where it was.</span>
      </Notice>
    );
  }
  const atFields = fieldErrorsOf(problem, CREDENTIAL_FIELDS).fields;
  return Object.keys(atFields).length === 0 ? <ProblemNotice error={error} /> : null;
}

function ByHand({ store, onBack }: { store: StoreBody; onBack: () => void }) {
  const { form, field, send, submit } = useTyped(store);
  return (
    <form ref={form} onSubmit={submit} noValidate style={{ display: 'contents' }}>
      <div className="dbody">
        <div className="pane stack">
          <div>
            <h3>Move with a refresh token</h3>
            <p className="sm t2 mt4">For a store whose permission you gave to an app of your own.</p>
          </div>
          <CredentialFields field={field} />
          <Refusal error={send.error} />
        </div>
        <div className="pane second stack">
          <h3>What stays</h3>
          <Stays />
        </div>
      </div>
      <div className="df">
        <Button kind="quiet" onClick={onBack}>
          <Icon name="left" size={14} />
          Back
        </Button>
        <span className="grow" />
        <Button type="submit" kind="primary" size="large" busy={send.isPending}>
          Check and move
        </Button>
      </div>
    </form>
  );
}

function Moved({ store, onClose }: { store: StoreBody; onClose: () => void }) {
  return (
    <>
      <div className="dbody" tabIndex={0} role="group" aria-label="What was found">
        <div className="pane whole stack">
          <div className="okh" role="status">
            <Icon name="tick" size={30} />
            <div>
              <h3 className="cause">{store.name} has moved.</h3>
              <p className="sm t2 mt4">
                It is watched by the Selling Partner API now. Its name, history and settings are as they were.
              </p>
            </div>
          </div>
          <CheckList checks={store.checks} />
        </div>
      </div>
      <div className="df">
        <span className="grow" />
        <Button kind="primary" size="large" onClick={onClose}>
          Done
        </Button>
      </div>
    </>
  );
}

export function MoveDialog({ store, onClose }: { store: StoreBody; onClose: () => void }) {
  const [byHand, setByHand] = useState(false);
  const body = (): ReactNode => {
    if (store.marketplace === 'amazon') return <Moved store={store} onClose={onClose} />;
    if (!store.can_move) {
      return (
        <div className="pane">
          <p className="t2">
            This store cannot move now: whoever runs this Storekeeper has not set up an app for the Selling Partner API.
          </p>
        </div>
      );
    }
    return byHand ? (
      <ByHand store={store} onBack={() => setByHand(false)} />
    ) : (
      <Asking store={store} onByHand={() => setByHand(true)} />
    );
  };
  return (
    <Dialog
      title={TITLE}
      sub={
        <p className="sm t2">
          {store.name} · {longPlaceLine(store)}
        </p>
      }
      size={1000}
      onClose={onClose}
    >
      {body()}
    </Dialog>
  );
}
