/** An operator's word that a marketplace has an incident. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import type { CohortBody } from '../../../server/src/http/contract/incident.ts';
import { fieldErrorsOf } from '../api/problem.ts';
import { keys } from '../api/queries.ts';
import { problemOf, request } from '../api/request.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemNotice } from '../parts/failure.tsx';
import { AreaField, SelectField } from '../parts/field.tsx';
import { useForm } from '../sign-in/use-form.ts';
import { cohortName, NOTE_MOST, noteError } from './incident-words.ts';

export function OpenDialog({ cohorts, onClose }: { cohorts: readonly CohortBody[]; onClose: () => void }) {
  const client = useQueryClient();
  const { form, values, field, check, showErrors } = useForm(
    { cohort: cohorts[0]?.cohort ?? '', note: '' },
    { note: noteError },
  );
  const open = useMutation({
    mutationFn: () =>
      request<{ id: string }>('/app/operator/incidents', {
        method: 'POST',
        body: { cohort: values.cohort, note: values.note.trim() },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.weather });
      onClose();
    },
    onError: (error) => showErrors(fieldErrorsOf(problemOf(error), { cohort: 'cohort', note: 'note' }).fields),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!open.isPending && check()) open.mutate();
  };
  const chosen = cohorts.find(({ cohort }) => cohort === values.cohort);
  return (
    <Dialog title="Open an incident" onClose={onClose}>
      <form ref={form} onSubmit={submit} noValidate>
        <div className="fm">
          <ul className="inc-does sm">
            <li>Stores of this cohort that fail are held from now on, until you close it.</li>
            <li>
              Nobody is told anything meanwhile. Afterwards each account that had a store held for five minutes or more
              gets one letter.
            </li>
            <li>A store whose own trouble was proven before keeps its status.</li>
          </ul>
          <SelectField
            label="Cohort"
            {...field('cohort')}
            {...(chosen?.incident
              ? { hint: 'An incident is open here. It becomes yours: it stays open until you close it.' }
              : {})}
          >
            {cohorts.map((cohort) => (
              <option key={cohort.cohort} value={cohort.cohort}>
                {cohortName(cohort)}
              </option>
            ))}
          </SelectField>
          <AreaField
            label="Note"
            hint="Read by everybody on the public status page: name no store and no account."
            maxLength={NOTE_MOST}
            {...field('note')}
          />
          {open.isError && <ProblemNotice error={open.error} />}
        </div>
        <div className="df">
          <Button kind="quiet" onClick={onClose}>
            Cancel
          </Button>
          <span className="grow" />
          <Button kind="primary" size="large" type="submit" busy={open.isPending}>
            Open the incident
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
