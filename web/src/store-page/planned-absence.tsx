/** A planned absence: a holiday until a day, or a store that is no longer theirs. The mails stop; what is wrong still shows. */
import { useState, type FormEvent } from 'react';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { fieldErrorsOf } from '../api/problem.ts';
import { useNow } from '../api/product-clock.ts';
import { problemOf } from '../api/request.ts';
import { useManages } from '../api/role.ts';
import { usePatch } from '../api/store-changes.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemNotice } from '../parts/failure.tsx';
import { TextField } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { useForm } from '../sign-in/use-form.ts';
import { awayNote } from '../words/absence.ts';

const FIELDS = { 'absence.until': 'until' };
const DAY_MS = 86_400_000;

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function Kind({ name, text, checked, onPick }: { name: string; text: string; checked: boolean; onPick: () => void }) {
  return (
    <label className="tick">
      <input type="radio" name="absence" checked={checked} onChange={onPick} />
      <span>{name}</span>
      <span className="hint">{text}</span>
    </label>
  );
}

function PlanDialog({ store, onClose }: { store: StoreBody; onClose: () => void }) {
  const patch = usePatch(store.id);
  const now = useNow();
  const [kind, setKind] = useState<'holiday' | 'sold'>(store.absence?.kind ?? 'holiday');
  const { form, values, field, check, showErrors } = useForm(
    { until: store.absence?.until ?? '' },
    {
      until: (value) => (value === '' ? 'Choose the first day on which you are back.' : undefined),
    },
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (patch.isPending || (kind === 'holiday' && !check())) return;
    patch.mutate(
      { absence: kind === 'sold' ? { kind } : { kind, until: values.until } },
      {
        onSuccess: onClose,
        onError: (error) => showErrors(fieldErrorsOf(problemOf(error), FIELDS).fields),
      },
    );
  };
  const atField = patch.isError && Object.keys(fieldErrorsOf(problemOf(patch.error), FIELDS).fields).length > 0;
  return (
    <Dialog title="Planned absence" onClose={onClose}>
      <form ref={form} onSubmit={submit} noValidate>
        <div className="fm">
          <fieldset className="msg-part">
            <legend className="vh">Why nobody acts</legend>
            <Kind
              name="Away for a while"
              text="No mails until you are back. We go on looking, and then say once what is still true."
              checked={kind === 'holiday'}
              onPick={() => setKind('holiday')}
            />
            <Kind
              name="Sold, or no longer mine"
              text="No mails and no more looks, from now on. Its history stays until you disconnect it."
              checked={kind === 'sold'}
              onPick={() => setKind('sold')}
            />
          </fieldset>
          {kind === 'holiday' && (
            <TextField
              label="Back on"
              type="date"
              min={dayOf(now + DAY_MS)}
              max={dayOf(now + 366 * DAY_MS)}
              hint="On that day the mails begin again."
              {...field('until')}
            />
          )}
          {patch.isError && !atField && <ProblemNotice error={patch.error} />}
        </div>
        <div className="df">
          <Button kind="quiet" onClick={onClose}>
            Cancel
          </Button>
          <span className="grow" />
          <Button type="submit" kind="primary" size="large" busy={patch.isPending}>
            {kind === 'sold' ? 'Stop watching this store' : 'Stop the mails until then'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

type ActsProps = { store: StoreBody; away: boolean; onPlan: () => void; onRemove: () => void };

function Acts({ store, away, onPlan, onRemove }: ActsProps) {
  const patch = usePatch(store.id);
  const sold = store.absence?.kind === 'sold';
  const manages = useManages();
  if (!away) {
    return (
      <Button size="row" onClick={onPlan}>
        Plan an absence
      </Button>
    );
  }
  return (
    <>
      <div className="row wrap">
        {!sold && (
          <Button size="row" onClick={onPlan}>
            Change
          </Button>
        )}
        <Button size="row" busy={patch.isPending} onClick={() => patch.mutate({ absence: null })}>
          {sold ? 'It is mine, watch it again' : 'I am back'}
        </Button>
        {sold && manages && (
          <Button size="row" onClick={onRemove}>
            Disconnect it
          </Button>
        )}
      </div>
      {patch.isError && <ProblemNotice error={patch.error} />}
    </>
  );
}

export function PlannedAbsence({ store, onRemove }: { store: StoreBody; onRemove: () => void }) {
  const away = awayNote(store, useNow());
  const [planning, setPlanning] = useState(false);
  if (store.verdict === 'closed') return null;
  return (
    <section className="card yr absence" aria-labelledby="absence-heading">
      <h2 id="absence-heading">Planned absence</h2>
      {away === null ? (
        <p className="hint">On holiday, or is the store sold? Say so, and no mail comes about it meanwhile.</p>
      ) : (
        <p className="sm away">
          <Icon name="calendar" size={16} />
          <span>{away}.</span>
        </p>
      )}
      <Acts store={store} away={away !== null} onPlan={() => setPlanning(true)} onRemove={onRemove} />
      {planning && <PlanDialog store={store} onClose={() => setPlanning(false)} />}
    </section>
  );
}
