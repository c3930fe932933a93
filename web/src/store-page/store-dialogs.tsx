/** Editing what a person may edit, and removing a store with its name typed as confirmation. */
import { useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { fieldErrorsOf } from '../api/problem.ts';
import { problemOf } from '../api/request.ts';
import { usePatch, useRemove } from '../api/store-changes.ts';
import { accountError, nameError, optionalEmailError } from '../connect/store-form.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemNotice } from '../parts/failure.tsx';
import { TextField } from '../parts/field.tsx';
import { useForm } from '../sign-in/use-form.ts';

const EDIT_FIELDS = {
  name: 'name',
  email: 'email',
  second_email: 'second_email',
  currency: 'currency',
  receiving_account: 'receiving_account',
};

function currencyError(value: string): string | undefined {
  return value === '' || /^[A-Z]{3}$/.test(value) ? undefined : 'Three capital letters, for example EUR.';
}

/** Empty means: not set. */
function orNull(value: string): string | null {
  return value.trim() === '' ? null : value.trim();
}

export function EditStore({ store, onClose }: { store: StoreBody; onClose: () => void }) {
  const patch = usePatch(store.id);
  const { form, values, field, check, showErrors } = useForm(
    {
      name: store.name,
      email: store.email ?? '',
      second_email: store.second_email ?? '',
      currency: store.currency ?? '',
      receiving_account: store.receiving_account ?? '',
    },
    {
      name: nameError,
      email: optionalEmailError,
      second_email: optionalEmailError,
      currency: currencyError,
      receiving_account: accountError,
    },
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (patch.isPending || !check()) return;
    patch.mutate(
      {
        name: values.name.trim(),
        email: orNull(values.email),
        second_email: orNull(values.second_email),
        currency: orNull(values.currency),
        receiving_account: orNull(values.receiving_account),
      },
      {
        onSuccess: onClose,
        onError: (error) => showErrors(fieldErrorsOf(problemOf(error), EDIT_FIELDS).fields),
      },
    );
  };
  const atFields = patch.isError ? fieldErrorsOf(problemOf(patch.error), EDIT_FIELDS).fields : {};
  return (
    <Dialog title="Name and contact" onClose={onClose}>
      <form ref={form} onSubmit={submit} noValidate>
        <div className="fm">
          <TextField label="Store name" autoComplete="off" {...field('name')} />
          <TextField
            label="E-mail"
            type="email"
            autoComplete="off"
            hint="Reminders go there. Without it they go to you."
            {...field('email')}
          />
          <TextField
            label="Second contact"
            type="email"
            autoComplete="off"
            hint="Reads every mail after the first while the store stays broken. Without one: the account’s, under Settings."
            {...field('second_email')}
          />
          <div className="two">
            <TextField label="Currency" autoComplete="off" hint="For example EUR." {...field('currency')} />
            <TextField label="Receiving account" autoComplete="off" {...field('receiving_account')} />
          </div>
          {patch.isError && Object.keys(atFields).length === 0 && <ProblemNotice error={patch.error} />}
        </div>
        <div className="df">
          <Button kind="quiet" onClick={onClose}>
            Cancel
          </Button>
          <span className="grow" />
          <Button type="submit" kind="primary" size="large" busy={patch.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function RemoveStore({ store, onClose }: { store: StoreBody; onClose: () => void }) {
  const remove = useRemove(store.id);
  const navigate = useNavigate();
  const { form, field, check } = useForm(
    { typed: '' },
    {
      typed: (value) => (value.trim() === store.name ? undefined : `Type the store’s name as it stands: ${store.name}`),
    },
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (remove.isPending || !check()) return;
    remove.mutate(undefined, { onSuccess: () => void navigate({ to: '/stores' }) });
  };
  return (
    <Dialog title={`Remove ${store.name}`} onClose={onClose}>
      <form ref={form} onSubmit={submit} noValidate>
        <div className="fm">
          <p className="t2">
            We forget its credentials at once and stop watching it. At Amazon nothing changes: to take the permission
            back there, use <b>Manage your apps</b>. It cannot be undone; you can connect the store again as a new one.
          </p>
          <TextField
            label={`To confirm, type ${store.name}`}
            autoComplete="off"
            spellCheck={false}
            {...field('typed')}
          />
          {remove.isError && <ProblemNotice error={remove.error} />}
        </div>
        <div className="df">
          <Button kind="quiet" onClick={onClose}>
            Keep it
          </Button>
          <span className="grow" />
          <Button type="submit" kind="danger" size="large" busy={remove.isPending}>
            Remove the store
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
