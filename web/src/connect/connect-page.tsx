/** *Connect a store*: currency and receiving account, then the store, then Amazon or credentials typed in. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { Catalogue } from '../../../server/src/http/contract/app.ts';
import type { ConnectSession } from '../../../server/src/http/contract/connect.ts';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import type { StoreList } from '../api/all-stores.ts';
import { fieldErrorsOf } from '../api/problem.ts';
import { productNow } from '../api/product-clock.ts';
import { catalogueQuery, keys } from '../api/queries.ts';
import { problemOf, request } from '../api/request.ts';
import { keepStore } from '../api/store-changes.ts';
import { Answer } from '../parts/answer.tsx';
import { Page } from '../parts/page.tsx';
import { useForm } from '../sign-in/use-form.ts';
import { AccountStep } from './account-step.tsx';
import { ByHandFailed } from './by-hand-failed.tsx';
import { ByHandDone } from './by-hand-done.tsx';
import { authorizedOnError, NO_CREDENTIALS, refreshTokenError, sellerIdError } from './credentials.ts';
import { firstCurrency } from './first-currency.ts';
import { leaveFor } from './leave-for.ts';
import {
  accountError,
  FIRST_STEP,
  nameError,
  newSession,
  newStore,
  optionalEmailError,
  STORE_FIELDS,
  type StoreValues,
} from './store-form.ts';
import { StoreStep, type Way } from './store-step.tsx';
import { connectSteps, WizardFrame } from './wizard-frame.tsx';

function firstSite(catalogue: Catalogue): string {
  return catalogue.marketplaces[0]?.sites[0]?.site ?? '';
}

function useWizard(catalogue: Catalogue) {
  const client = useQueryClient();
  const [step, setStep] = useState<1 | 2>(1);
  const [way, setWay] = useState<Way>('consent');
  const empty: StoreValues = {
    ...NO_CREDENTIALS,
    currency: firstCurrency(catalogue.currencies, {
      stores: client.getQueryData<StoreList>(keys.stores)?.stores ?? [],
      language: navigator.language,
    }),
    receiving_account: '',
    site: firstSite(catalogue),
    name: '',
    email: '',
  };
  const byHand = (check: (value: string) => string | undefined) => (value: string) =>
    way === 'by_hand' ? check(value) : undefined;
  const { form, ...inputs } = useForm(empty, {
    name: nameError,
    email: optionalEmailError,
    receiving_account: accountError,
    refresh_token: byHand(refreshTokenError),
    seller_id: byHand(sellerIdError),
    authorized_on: byHand((value) => authorizedOnError(value, productNow())),
  });
  const onError = (error: Error): void => {
    const { fields } = fieldErrorsOf(problemOf(error), STORE_FIELDS);
    if (Object.keys(fields).length === 0) return;
    if (FIRST_STEP.some((name) => name in fields)) setStep(1);
    inputs.showErrors(fields);
  };
  const consent = useMutation({
    mutationFn: () =>
      request<ConnectSession>('/v1/connect_sessions', { method: 'POST', body: newSession(inputs.values) }),
    onSuccess: (session) => leaveFor(session),
    onError,
  });
  const typed = useMutation({
    mutationFn: () => request<StoreBody>('/v1/stores', { method: 'POST', body: newStore(inputs.values) }),
    onSuccess: (store) => keepStore(client, store),
    onError,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (step === 1) {
      if (inputs.check(FIRST_STEP)) setStep(2);
      return;
    }
    if (consent.isPending || typed.isPending || !inputs.check()) return;
    if (way === 'consent') consent.mutate();
    else typed.mutate();
  };
  return { step, setStep, way, setWay, inputs, form, consent, typed, submit };
}

function Wizard({ catalogue }: { catalogue: Catalogue }) {
  const { step, setStep, way, setWay, inputs, form, consent, typed, submit } = useWizard(catalogue);
  const { values } = inputs;
  const steps = connectSteps({
    account: [values.currency, values.receiving_account.trim()].filter((part) => part !== '').join(' · '),
    store: `${values.name.trim()} · ${values.site}`,
    permission: 'Typed in by hand',
  });
  if (typed.isSuccess) {
    return (
      <WizardFrame notes={{ at: 5, steps }}>
        <ByHandDone store={typed.data} onAnother={() => typed.reset()} />
      </WizardFrame>
    );
  }
  if (typed.isError && problemOf(typed.error).diagnosis !== undefined) {
    return (
      <WizardFrame notes={{ at: 4, steps }}>
        <ByHandFailed name={values.name.trim()} problem={problemOf(typed.error)} onBack={() => typed.reset()} />
      </WizardFrame>
    );
  }
  return (
    <WizardFrame notes={{ at: step, steps }}>
      <form ref={form} onSubmit={submit} noValidate>
        {step === 1 ? (
          <AccountStep catalogue={catalogue} field={inputs.field} />
        ) : (
          <StoreStep
            catalogue={catalogue}
            field={inputs.field}
            way={way}
            onWay={setWay}
            site={values.site}
            busy={consent.isPending || consent.isSuccess || typed.isPending}
            error={way === 'consent' ? consent.error : typed.error}
            onBack={() => setStep(1)}
          />
        )}
      </form>
    </WizardFrame>
  );
}

export function ConnectPage() {
  const catalogue = useQuery(catalogueQuery);
  return (
    <Page title="Connect a store" crumb="Connect a store">
      <Answer query={catalogue} what="the marketplaces" unchanged="Nothing was changed at your stores.">
        {(data) => <Wizard catalogue={data} />}
      </Answer>
    </Page>
  );
}
