/** The manual path: a refresh token typed in. The old credentials stay until the new ones are proven. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent, ReactNode } from 'react';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { fieldErrorsOf } from '../api/problem.ts';
import { productNow } from '../api/product-clock.ts';
import { problemOf, request } from '../api/request.ts';
import { keepStore } from '../api/store-changes.ts';
import { CredentialFields } from '../connect/credential-fields.tsx';
import {
  authorizedOnError,
  CREDENTIAL_FIELDS,
  NO_CREDENTIALS,
  refreshTokenError,
  sellerIdError,
  typedCredentials,
} from '../connect/credentials.ts';
import { Button } from '../parts/button.tsx';
import { ProblemNotice } from '../parts/failure.tsx';
import { Icon } from '../parts/icon.tsx';
import { Notice } from '../parts/notice.tsx';
import { useForm } from '../sign-in/use-form.ts';

function WhereToFind() {
  const steps: ReactNode[] = [
    'Sign in to Seller Central as the store’s primary user.',
    <>
      Open the page where you manage your own app, under <em>Manage your apps</em>, and authorize it for this store.
    </>,
    <>
      Amazon shows a refresh token that begins with <span className="mono">Atzr|</span>. Copy it from this page only, in
      one go.
    </>,
  ];
  return (
    <div className="pane second">
      <h3>Where do I find it?</h3>
      <ol className="gs">
        {steps.map((step, place) => (
          <li key={`where-${place + 1}`}>
            <span className="d" aria-hidden="true">
              {place + 1}
            </span>
            {step}
          </li>
        ))}
      </ol>
      <p className="sm t2">
        This is for stores whose permission you gave to an app of your own. For all others, go back and confirm at
        Amazon.
      </p>
    </div>
  );
}

export function ManualForm({ store, onBack }: { store: StoreBody; onBack: () => void }) {
  const client = useQueryClient();
  const { form, values, field, check, showErrors } = useForm(NO_CREDENTIALS, {
    refresh_token: refreshTokenError,
    seller_id: sellerIdError,
    authorized_on: (value) => authorizedOnError(value, productNow()),
  });
  const send = useMutation({
    mutationFn: () =>
      request<StoreBody>(`/v1/stores/${encodeURIComponent(store.id)}/credentials`, {
        method: 'PUT',
        body: { credentials: typedCredentials(values) },
      }),
    onSuccess: (answer) => keepStore(client, answer),
    onError: (error) => {
      const { fields } = fieldErrorsOf(problemOf(error), CREDENTIAL_FIELDS);
      if (Object.keys(fields).length > 0) showErrors(fields);
    },
  });
  const problem = send.isError ? problemOf(send.error) : null;
  const atFields = problem === null ? {} : fieldErrorsOf(problem, CREDENTIAL_FIELDS).fields;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!send.isPending && check()) send.mutate();
  };
  return (
    <form ref={form} onSubmit={submit} noValidate style={{ display: 'contents' }}>
      <div className="dbody">
        <div className="pane stack">
          <div>
            <h3>Reconnect manually with a refresh token</h3>
            <p className="sm t2 mt4">The old credentials stay in use until the new ones are proven.</p>
          </div>
          <CredentialFields field={field} />
          {problem?.diagnosis !== undefined && (
            <Notice tone="act" icon="cross" role="alert">
              <b>{problem.diagnosis.text.sentence}</b>
              <br />
              {problem.diagnosis.text.next}
              <br />
              <span className="t2">Nothing was changed. The old credentials are kept.</span>
            </Notice>
          )}
          {problem !== null && problem.diagnosis === undefined && Object.keys(atFields).length === 0 && (
            <ProblemNotice error={send.error} />
          )}
        </div>
        <WhereToFind />
      </div>
      <div className="df">
        <Button kind="quiet" onClick={onBack}>
          <Icon name="left" size={14} />
          Back
        </Button>
        <span className="grow" />
        <Button type="submit" kind="primary" size="large" busy={send.isPending}>
          Check and reconnect
        </Button>
      </div>
    </form>
  );
}
