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
import {
  authorizedOnError,
  mwsTokenError,
  neededSellerIdError,
  NO_CREDENTIALS,
  refreshTokenError,
  sellerIdError,
  type MarketplaceName,
} from './credentials.ts';
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
import { StoreStep } from './store-step.tsx';
import { keptSite, offered, siteOf, wayAt, type Marketplace, type Way } from './ways.ts';
import { connectSteps, WizardFrame } from './wizard-frame.tsx';

const TYPED_NAMES = ['refresh_token', 'mws_auth_token', 'seller_id', 'authorized_on'] as const;

function useWizard(catalogue: Catalogue) {
  const client = useQueryClient();
  const [step, setStep] = useState<1 | 2>(1);
  const choices = offered(catalogue);
  const [marketplace, setMarketplace] = useState<MarketplaceName>(choices[0]?.marketplace ?? 'amazon');
  const [wished, setWay] = useState<Way>('consent');
  const entry = choices.find((one) => one.marketplace === marketplace);
  const wayFor = (site: string): Way => wayAt(siteOf(entry, site), wished);
  const empty: StoreValues = {
    ...NO_CREDENTIALS,
    currency: firstCurrency(catalogue.currencies, {
      stores: client.getQueryData<StoreList>(keys.stores)?.stores ?? [],
      language: navigator.language,
    }),
    receiving_account: '',
    site: keptSite(entry, ''),
    name: '',
    email: '',
  };
  /** Only what this way takes by hand is asked for. */
  const typedIn =
    (check: (value: string) => string | undefined, only?: MarketplaceName) => (value: string, all: StoreValues) =>
      wayFor(all.site) === 'by_hand' && (only === undefined || only === marketplace) ? check(value) : undefined;
  const { form, ...inputs } = useForm(empty, {
    name: nameError,
    email: optionalEmailError,
    receiving_account: accountError,
    refresh_token: typedIn(refreshTokenError, 'amazon'),
    seller_id: typedIn(marketplace === 'amazon-mws' ? neededSellerIdError : sellerIdError),
    mws_auth_token: typedIn(mwsTokenError, 'amazon-mws'),
    authorized_on: typedIn((value) => authorizedOnError(value, productNow())),
  });
  const way = wayFor(inputs.values.site);
  const choose = (next: Marketplace): void => {
    setMarketplace(next.marketplace);
    inputs.set('site', keptSite(next, inputs.values.site));
    inputs.showErrors({});
  };
  const onError = (error: Error): void => {
    const { fields } = fieldErrorsOf(problemOf(error), STORE_FIELDS);
    if (Object.keys(fields).length === 0) return;
    if (FIRST_STEP.some((name) => name in fields)) setStep(1);
    inputs.showErrors(fields);
  };
  const consent = useMutation({
    mutationFn: () =>
      request<ConnectSession>('/v1/connect_sessions', {
        method: 'POST',
        body: newSession({ ...inputs.values, marketplace }),
      }),
    onSuccess: (session) => leaveFor(session),
    onError,
  });
  const typed = useMutation({
    mutationFn: () =>
      request<StoreBody>('/v1/stores', { method: 'POST', body: newStore({ ...inputs.values, marketplace }) }),
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
  /** What was typed in for one store is not shown again at the next. */
  const clear = (): void => {
    for (const name of ['name', 'email', ...TYPED_NAMES] as const) inputs.set(name, '');
  };
  const chosen = { marketplace, site: inputs.values.site, way };
  return { step, setStep, chosen, choose, setWay, clear, inputs, form, consent, typed, submit };
}

function Wizard({ catalogue }: { catalogue: Catalogue }) {
  const { step, setStep, chosen, choose, setWay, clear, inputs, form, consent, typed, submit } = useWizard(catalogue);
  const { values } = inputs;
  const steps = connectSteps({
    account: [values.currency, values.receiving_account.trim()].filter((part) => part !== '').join(' · '),
    store: `${values.name.trim()} · ${values.site}`,
    permission: 'Typed in by hand',
  });
  if (typed.isSuccess) {
    return (
      <WizardFrame notes={{ at: 5, steps }}>
        <ByHandDone
          store={typed.data}
          onAnother={() => {
            clear();
            typed.reset();
          }}
        />
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
            chosen={chosen}
            onMarketplace={choose}
            onWay={setWay}
            busy={consent.isPending || consent.isSuccess || typed.isPending}
            error={chosen.way === 'consent' ? consent.error : typed.error}
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
