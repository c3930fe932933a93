/** The people of the account: inviting by a link that is shown to copy, and removing. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { z } from 'zod';
import type { Invitation } from '../../../server/src/http/contract/app.ts';
import { fieldErrorsOf } from '../api/problem.ts';
import { keys, meQuery, peopleQuery, type PersonRow } from '../api/queries.ts';
import { useManages } from '../api/role.ts';
import { problemOf, request } from '../api/request.ts';
import { Answer } from '../parts/answer.tsx';
import { Button } from '../parts/button.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { CopyButton, ProblemNotice } from '../parts/failure.tsx';
import { SelectField, TextField } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { emailError } from '../sign-in/credentials.ts';
import { useForm } from '../sign-in/use-form.ts';
import { day } from '../words/dates.ts';

type Invited = z.infer<typeof Invitation>;

const ROLES = { owner: 'Owner', admin: 'Admin', member: 'Member' } as const;
const NEW_FIELDS = { email: 'email', role: 'role' };

function useRemovePerson() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (person: PersonRow) =>
      request<void>(`/app/people/${encodeURIComponent(person.id)}`, { method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.people }),
  });
}

function PeopleTable({ people, mayChange }: { people: readonly PersonRow[]; mayChange: boolean }) {
  const remove = useRemovePerson();
  const [asked, setAsked] = useState<PersonRow | null>(null);
  return (
    <>
      <table className="tblm mid" role="table" aria-labelledby="people-heading">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              Person
            </th>
            <th role="columnheader" scope="col">
              Role
            </th>
            <th role="columnheader" scope="col">
              <span className="vh">Action</span>
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {people.map((person) => (
            <tr role="row" key={person.id}>
              <td role="cell">
                <span className="m5">{person.name === '' ? person.email : person.name}</span>{' '}
                {person.you && <span className="tag">you</span>}{' '}
                {person.invited && <span className="tag">invited</span>}
                {person.name !== '' && <div className="sub2">{person.email}</div>}
              </td>
              <td role="cell" className="t2">
                {ROLES[person.role]}
              </td>
              <td role="cell" className="r">
                {mayChange && !person.you && (
                  <Button size="row" onClick={() => setAsked(person)}>
                    {person.invited ? 'Withdraw' : 'Remove'}
                    <span className="vh"> {person.email}</span>
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {asked !== null && (
        <Confirm
          title={asked.invited ? `Withdraw the invitation of ${asked.email}` : `Remove ${asked.name || asked.email}`}
          text={
            asked.invited
              ? 'The link stops working at once.'
              : 'This person loses access at once. Calendar, connect and hand-off links that they made stop working. API keys stay: delete those that they know.'
          }
          label={asked.invited ? 'Withdraw' : 'Remove'}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(asked, { onSuccess: () => setAsked(null) })}
          onClose={() => {
            remove.reset();
            setAsked(null);
          }}
        />
      )}
    </>
  );
}

function Invite() {
  const client = useQueryClient();
  const { form, values, field, check, set, showErrors } = useForm<'email' | 'role'>(
    { email: '', role: 'member' },
    { email: emailError },
  );
  const invite = useMutation({
    mutationFn: () =>
      request<Invited>('/app/people', { method: 'POST', body: { email: values.email.trim(), role: values.role } }),
    onSuccess: async () => {
      set('email', '');
      await client.invalidateQueries({ queryKey: keys.people });
    },
    onError: (error) => showErrors(fieldErrorsOf(problemOf(error), NEW_FIELDS).fields),
  });
  const atFields = invite.isError ? fieldErrorsOf(problemOf(invite.error), NEW_FIELDS).fields : {};
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!invite.isPending && check()) invite.mutate();
  };
  return (
    <form className="bd" ref={form} onSubmit={submit} noValidate>
      <div className="one-line">
        <TextField label="Invite by e-mail" type="email" autoComplete="off" {...field('email')} />
        <SelectField label="Role" {...field('role')}>
          <option value="member">Member</option>
          <option value="admin">Admin</option>
        </SelectField>
        <Button type="submit" busy={invite.isPending}>
          Make a link
        </Button>
      </div>
      {invite.isSuccess && (
        <div className="mt12">
          <Notice tone="good" icon="link" role="status">
            <b>Send this link to {invite.data.email}.</b> It works once, for that address when it is confirmed, until{' '}
            {day(invite.data.expires_at)}.
            <span className="secret">
              <code className="mono">{invite.data.url}</code>
              <CopyButton text={invite.data.url} label="Copy link" size="row" />
            </span>
          </Notice>
        </div>
      )}
      {invite.isError && Object.keys(atFields).length === 0 && (
        <div className="mt12">
          <ProblemNotice error={invite.error} />
        </div>
      )}
    </form>
  );
}

export function People() {
  const people = useQuery(peopleQuery);
  const { data: me } = useQuery(meQuery);
  const mayChange = useManages();
  return (
    <section className="card" aria-labelledby="people-heading">
      <div className="hd">
        <h2 id="people-heading">People</h2>
        <span className="grow" />
        <span className="asof">{me?.account.name}</span>
      </div>
      <Answer
        query={people}
        what="the people"
        unchanged="Nobody was added or removed."
        skeleton={<SkeletonRows rows={2} />}
      >
        {({ data }) => <PeopleTable people={data} mayChange={mayChange} />}
      </Answer>
      {mayChange && <Invite />}
    </section>
  );
}
