/** *Reconnect manually*: a token typed in; the old credentials stay until the new ones are proven. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent, ReactNode } from 'react';
import type { Repair } from '../../../server/src/http/contract/connect.ts';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { fieldErrorsOf } from '../api/problem.ts';
import { productNow } from '../api/product-clock.ts';
import { problemOf, request } from '../api/request.ts';
import { keepStore } from '../api/store-changes.ts';
import { CredentialFields } from '../connect/credential-fields.tsx';
import {
  authorizedOnError,
  CREDENTIAL_FIELDS,
  mwsTokenError,
  NO_CREDENTIALS,
  refreshTokenError,
  neededSellerIdError,
  sellerIdError,
  typedCredentials,
} from '../connect/credentials.ts';
import { NumberedSteps } from '../developers/where-is-it.tsx';
import { Button } from '../parts/button.tsx';
import { ProblemNotice } from '../parts/failure.tsx';
import { Icon } from '../parts/icon.tsx';
import { Notice } from '../parts/notice.tsx';
import { useForm } from '../sign-in/use-form.ts';
import { MwsPairFields, WhereToFindBoth } from './mws-pair.tsx';
import { byHandWords } from './next-step.ts';

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
      <NumberedSteps steps={steps} />
      <p className="sm t2">
        This is for stores whose permission you gave to an app of your own. For all others, go back and confirm at
        Amazon.
      </p>
    </div>
  );
}

/** Which checks are the browser's: only of the fields that are shown. */
function checksFor(store: StoreBody) {
  if (store.marketplace === 'amazon-mws') {
    return { mws_auth_token: mwsTokenError, ...(store.seller_id === null ? { seller_id: neededSellerIdError } : {}) };
  }
  return {
    refresh_token: refreshTokenError,
    seller_id: sellerIdError,
    authorized_on: (value: string) => authorizedOnError(value, productNow()),
  };
}

function useManual(store: StoreBody) {
  const client = useQueryClient();
  const mws = store.marketplace === 'amazon-mws';
  const { form, values, field, check, showErrors } = useForm(
    // The seller is bound: what is known already is shown, not asked again.
    mws ? { ...NO_CREDENTIALS, seller_id: store.seller_id ?? '' } : NO_CREDENTIALS,
    checksFor(store),
  );
  const send = useMutation({
    mutationFn: () =>
      request<StoreBody>(`/v1/stores/${encodeURIComponent(store.id)}/credentials`, {
        method: 'PUT',
        body: { credentials: typedCredentials(values, store.marketplace) },
      }),
    onSuccess: (answer) => keepStore(client, answer),
    onError: (error) => {
      const { fields } = fieldErrorsOf(problemOf(error), CREDENTIAL_FIELDS);
      if (Object.keys(fields).length > 0) showErrors(fields);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!send.isPending && check()) send.mutate();
  };
  return { form, field, send, submit };
}

function Refusal({ error, kept }: { error: Error | null; kept: string }) {
  if (error === null) return null;
  const problem = problemOf(error);
  if (problem.diagnosis !== undefined) {
    return (
      <Notice tone="act" icon="cross" role="alert">
        <b>{problem.diagnosis.text.sentence}</b>
        <br />
        {problem.diagnosis.text.next}
        <br />
        <span className="t2">Nothing was changed. {kept}</span>
      </Notice>
    );
  }
  const atFields = fieldErrorsOf(problem, CREDENTIAL_FIELDS).fields;
  return Object.keys(atFields).length === 0 ? <ProblemNotice error={error} /> : null;
}

type Props = { repair: Repair; store: StoreBody; onBack: () => void };

export function ManualForm({ repair, store, onBack }: Props) {
  const { form, field, send, submit } = useManual(store);
  const mws = store.marketplace === 'amazon-mws';
  return (
    <form ref={form} onSubmit={submit} noValidate style={{ display: 'contents' }}>
      <div className="dbody">
        <div className="pane stack">
          <div>
            <h3>{byHandWords(store)}</h3>
            <p className="sm t2 mt4">
              {mws && 'Both come from the same page at Amazon. '}
              {mws
                ? 'The old pair stays in use until the new one is proven.'
                : 'The old credentials stay in use until the new ones are proven.'}
            </p>
          </div>
          {mws ? <MwsPairFields store={store} field={field} /> : <CredentialFields field={field} />}
          <Refusal error={send.error} kept={mws ? 'The old pair is kept.' : 'The old credentials are kept.'} />
        </div>
        {mws ? <WhereToFindBoth repair={repair} store={store} /> : <WhereToFind />}
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
