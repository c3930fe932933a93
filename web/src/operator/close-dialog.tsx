/** An operator's word that an incident is over. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import type { IncidentBody } from '../../../server/src/http/contract/incident.ts';
import { fieldErrorsOf } from '../api/problem.ts';
import { keys } from '../api/queries.ts';
import { problemOf, request } from '../api/request.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemNotice } from '../parts/failure.tsx';
import { AreaField } from '../parts/field.tsx';
import { useForm } from '../sign-in/use-form.ts';
import { longNoteError, NOTE_MOST } from './incident-words.ts';

export function CloseDialog({ incident, onClose }: { incident: IncidentBody; onClose: () => void }) {
  const client = useQueryClient();
  const { form, values, field, check, showErrors } = useForm({ note: incident.note ?? '' }, { note: longNoteError });
  const close = useMutation({
    mutationFn: () =>
      request<{ id: string }>('/app/operator/incidents/close', {
        method: 'POST',
        body: { cohort: incident.cohort, note: values.note.trim() },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.weather });
      onClose();
    },
    onError: (error) => showErrors(fieldErrorsOf(problemOf(error), { note: 'note' }).fields),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!close.isPending && check()) close.mutate();
  };
  return (
    <Dialog title="Close this incident" onClose={onClose} sub={<p className="sm t2">{incident.text.title}</p>}>
      <form ref={form} onSubmit={submit} noValidate>
        <div className="fm">
          <ul className="inc-does sm">
            <li>Held stores are looked at one after the other, and let go when they are answered.</li>
            <li>A store that still fails is judged by itself from then on, as on any other day.</li>
            <li>If many still fail together, an incident opens anew by itself.</li>
          </ul>
          <AreaField
            label="Note"
            hint="Read by everybody on the public status page. It may be left as it is."
            maxLength={NOTE_MOST}
            {...field('note')}
          />
          {close.isError && <ProblemNotice error={close.error} />}
        </div>
        <div className="df">
          <Button kind="quiet" onClick={onClose}>
            Cancel
          </Button>
          <span className="grow" />
          <Button kind="primary" size="large" type="submit" busy={close.isPending}>
            Close the incident
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
