/** API keys: the key itself is shown once, when it is made. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { z } from 'zod';
import type { CreatedApiKey } from '../../../server/src/http/contract/app.ts';
import { fieldErrorsOf } from '../api/problem.ts';
import { useNow } from '../api/product-clock.ts';
import { apiKeysQuery, keys, type ApiKeyRow } from '../api/queries.ts';
import { problemOf, request } from '../api/request.ts';
import { Answer } from '../parts/answer.tsx';
import { Button } from '../parts/button.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { CopyButton, ProblemNotice } from '../parts/failure.tsx';
import { TextField } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { neededName } from '../sign-in/credentials.ts';
import { useForm } from '../sign-in/use-form.ts';
import { day, timeOfLook } from '../words/dates.ts';

type Created = z.infer<typeof CreatedApiKey>;

function KeyTable({ list }: { list: readonly ApiKeyRow[] }) {
  const client = useQueryClient();
  const now = useNow();
  const [asked, setAsked] = useState<ApiKeyRow | null>(null);
  const revoke = useMutation({
    mutationFn: (key: ApiKeyRow) => request<void>(`/app/api-keys/${encodeURIComponent(key.id)}`, { method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.apiKeys }),
  });
  return (
    <>
      <table className="tblm mid" role="table" aria-labelledby="keys-heading">
        <thead role="rowgroup">
          <tr role="row">
            {['Name', 'Begins with', 'Made', 'Last used'].map((heading) => (
              <th role="columnheader" scope="col" key={heading}>
                {heading}
              </th>
            ))}
            <th role="columnheader" scope="col">
              <span className="vh">Action</span>
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {list.map((key) => (
            <tr role="row" key={key.id}>
              <td role="cell" className="m5">
                {key.name}
              </td>
              <td role="cell" className="mono t2">
                {key.start}…
              </td>
              <td role="cell" className="num t2">
                <span className="only-phone" aria-hidden="true">
                  made{' '}
                </span>
                {day(key.created_at)}
              </td>
              <td role="cell" className="num t2">
                <span className="only-phone" aria-hidden="true">
                  last used{' '}
                </span>
                {key.last_used_at === null ? 'not yet' : timeOfLook(key.last_used_at, now)}
              </td>
              <td role="cell" className="r">
                <Button size="row" onClick={() => setAsked(key)}>
                  Revoke<span className="vh"> {key.name}</span>
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {asked !== null && (
        <Confirm
          title={`Revoke ${asked.name}`}
          text="Programs that use this key are refused from this moment on. It cannot be undone."
          label="Revoke"
          busy={revoke.isPending}
          error={revoke.error}
          onConfirm={() => revoke.mutate(asked, { onSuccess: () => setAsked(null) })}
          onClose={() => {
            revoke.reset();
            setAsked(null);
          }}
        />
      )}
    </>
  );
}

function NewKey() {
  const client = useQueryClient();
  const { form, values, field, check, set, showErrors } = useForm(
    { name: '' },
    { name: (value) => neededName(value, 'A name, for example the program that uses it,', 60) },
  );
  const create = useMutation({
    mutationFn: () => request<Created>('/app/api-keys', { method: 'POST', body: { name: values.name.trim() } }),
    onSuccess: async () => {
      set('name', '');
      await client.invalidateQueries({ queryKey: keys.apiKeys });
    },
    onError: (error) => showErrors(fieldErrorsOf(problemOf(error), { name: 'name' }).fields),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!create.isPending && check()) create.mutate();
  };
  return (
    <form className="bd" ref={form} onSubmit={submit} noValidate>
      <div className="one-line">
        <TextField label="New key for" autoComplete="off" {...field('name')} />
        <Button type="submit" busy={create.isPending}>
          Make a key
        </Button>
      </div>
      {create.isSuccess && (
        <div className="mt12">
          <Notice tone="good" icon="key" role="status">
            <b>Copy the key of {create.data.name} now.</b> It is shown this once; afterwards nobody can read it.
            <span className="secret">
              <code className="mono">{create.data.key}</code>
              <CopyButton text={create.data.key} label="Copy key" size="row" />
            </span>
          </Notice>
        </div>
      )}
      {create.isError && <ProblemNotice error={create.error} />}
    </form>
  );
}

export function ApiKeys() {
  const list = useQuery(apiKeysQuery);
  return (
    <section className="card" aria-labelledby="keys-heading">
      <div className="hd">
        <h2 id="keys-heading">API keys</h2>
      </div>
      <Answer
        query={list}
        what="the API keys"
        unchanged="No key was made or revoked."
        skeleton={<SkeletonRows rows={2} />}
      >
        {({ data }) =>
          data.length === 0 ? (
            <p className="bd sm t2">No key yet. A key lets a program read and connect the stores of this account.</p>
          ) : (
            <KeyTable list={data} />
          )
        }
      </Answer>
      <NewKey />
    </section>
  );
}
