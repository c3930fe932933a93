/** How the renewal day stands: one sentence, the progress, and choosing another day. */
import { useState, type FormEvent } from 'react';
import type { Renewals } from '../../../server/src/http/contract/renewals.ts';
import { fieldErrorsOf } from '../api/problem.ts';
import { problemOf } from '../api/request.ts';
import { Button } from '../parts/button.tsx';
import { ProblemNotice } from '../parts/failure.tsx';
import { TextField } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { useForm } from '../sign-in/use-form.ts';
import { planHeadline, planUnderline, progressWords } from './plan-words.ts';
import { useChooseDay } from './renewals-query.ts';

function Progress({ plan }: { plan: Renewals }) {
  const { done, of } = plan;
  return (
    <div className="rn-progress">
      <div className="shelf" aria-hidden="true">
        {Array.from({ length: Math.min(of, 60) }, (_, nth) => (
          <i key={`store-${nth}`} className={nth < Math.round((done / of) * Math.min(of, 60)) ? 'good' : 'calm'} />
        ))}
      </div>
      <p className="sm m5 num">{progressWords(plan)}</p>
    </div>
  );
}

function ChooseDay({ plan, onDone }: { plan: Renewals; onDone: () => void }) {
  const choose = useChooseDay();
  const { form, values, field, check, showErrors } = useForm(
    { day: plan.day ?? plan.today },
    {
      day: (value) =>
        value === ''
          ? 'Choose a day.'
          : value < plan.today
            ? 'This day is over. Choose today or a later one.'
            : undefined,
    },
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (choose.isPending || !check()) return;
    choose.mutate(values.day, {
      onSuccess: onDone,
      onError: (error) => showErrors(fieldErrorsOf(problemOf(error), { day: 'day' }).fields),
    });
  };
  const atField =
    choose.isError && Object.keys(fieldErrorsOf(problemOf(choose.error), { day: 'day' }).fields).length > 0;
  return (
    <form ref={form} onSubmit={submit} noValidate className="rn-choose">
      <TextField label="Renewal day" type="date" min={plan.today} {...field('day')} />
      <div className="row wrap">
        <Button type="submit" kind="primary" busy={choose.isPending}>
          Keep this day
        </Button>
        <Button kind="quiet" onClick={onDone}>
          Cancel
        </Button>
        {plan.chosen && (
          <Button kind="quiet" onClick={() => choose.mutate(null, { onSuccess: onDone })}>
            Choose none
          </Button>
        )}
      </div>
      {choose.isError && !atField && <ProblemNotice error={choose.error} />}
    </form>
  );
}

function MailNote({ plan }: { plan: Renewals }) {
  const over = plan.day === null || plan.day < plan.today || (plan.chosen && plan.day === plan.today);
  if (plan.mail_to === null || over || plan.done === plan.of) return null;
  return (
    <p className="hint">
      {plan.chosen
        ? `On the morning of that day one mail to ${plan.mail_to} names what is left to renew.`
        : `Keep a day, and on its morning one mail to ${plan.mail_to} names what is left to renew.`}
    </p>
  );
}

/** Today for all, or another day. */
function Acts({ plan, finished }: { plan: Renewals; finished: boolean }) {
  const [choosing, setChoosing] = useState(false);
  const today = useChooseDay();
  if (plan.day === null) return null;
  if (choosing) return <ChooseDay plan={plan} onDone={() => setChoosing(false)} />;
  return (
    <>
      <div className="row wrap">
        {plan.day > plan.today && !finished && (
          <Button kind="primary" busy={today.isPending} onClick={() => today.mutate(plan.today)}>
            Renew them today
          </Button>
        )}
        <Button onClick={() => setChoosing(true)}>
          <Icon name="calendar" size={15} />
          Choose another day
        </Button>
      </div>
      {today.isError && <ProblemNotice error={today.error} />}
    </>
  );
}

export function DayCard({ plan }: { plan: Renewals }) {
  const finished = plan.of > 0 && plan.done === plan.of;
  return (
    <section className="card rn-day" aria-label="Renewal day">
      <div>
        <p className="say">
          {finished && <Icon name="tick" size={20} className="good-icon" />}
          {planHeadline(plan)}
        </p>
        <p className="say2">{planUnderline(plan)}</p>
      </div>
      {plan.of > 0 && <Progress plan={plan} />}
      <Acts plan={plan} finished={finished} />
      <MailNote plan={plan} />
    </section>
  );
}
