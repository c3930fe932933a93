/** Who is told what, and when: quiet hours, how often, a second contact, one mail for all. */
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { FormEvent, ReactNode } from 'react';
import type {
  MessageSettingsAnswer,
  MessageSettingsBody,
  NextMessages,
} from '../../../server/src/http/contract/messages.ts';
import { fieldErrorsOf } from '../api/problem.ts';
import { useNow } from '../api/product-clock.ts';
import { meQuery } from '../api/queries.ts';
import { problemOf } from '../api/request.ts';
import { optionalEmailError } from '../connect/store-form.ts';
import { Answer } from '../parts/answer.tsx';
import { Button } from '../parts/button.tsx';
import { ProblemNotice } from '../parts/failure.tsx';
import { CheckField, SelectField, TextField } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { emailError } from '../sign-in/credentials.ts';
import { useForm } from '../sign-in/use-form.ts';
import { ClockField } from './clock-field.tsx';
import {
  canBeKept,
  capError,
  MESSAGE_FIELDS,
  nextWords,
  settingsOf,
  timeError,
  valuesOf,
  type MessageValues,
} from './message-words.ts';
import { messagesQuery, previewQuery, useKeepMessages } from './messages-query.ts';
import { HERE, TimeZoneField } from './time-zone-field.tsx';

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
/** Long enough that a number is typed to its end. Milliseconds. */
const TYPING_MS = 300;

function Part({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <fieldset className="msg-part">
      <legend>{title}</legend>
      <p className="hint">{text}</p>
      {children}
    </fieldset>
  );
}

/** What leaves next by what stands in the form now, or by what was kept while the form is not right. */
function Next({ next }: { next: NextMessages }) {
  const now = useNow();
  return (
    <p className="msg-next sm" role="status">
      <Icon name="clock" size={16} />
      <span>{nextWords(next, now)}</span>
    </p>
  );
}

function useMessageForm({ kept, usual }: { kept: MessageSettingsAnswer; usual: string }) {
  const { set, ...made } = useForm(valuesOf(kept.settings, usual), {
    quiet_from: timeError,
    quiet_to: timeError,
    weekly_cap: capError,
    second_email: optionalEmailError,
    digest_email: (value, all) => (all.digest === 'off' ? optionalEmailError(value) : emailError(value)),
    time_zone: (value, all) =>
      all.digest !== 'off' && value === ''
        ? 'A digest leaves by one clock. Choose the time zone in which it is read.'
        : undefined,
  });
  return {
    ...made,
    /** A digest leaves by one clock: where none was chosen, this computer's is offered. */
    choose: (event: { currentTarget: { value: string } }): void => {
      const digest = event.currentTarget.value;
      set('digest', digest);
      if (digest !== 'off' && made.values.time_zone === '') set('time_zone', HERE);
    },
    tick: (name: 'weekends_off' | 'urgent_too') => ({
      name,
      checked: made.values[name] === 'yes',
      onChange: (event: { currentTarget: { checked: boolean } }): void =>
        set(name, event.currentTarget.checked ? 'yes' : ''),
    }),
  };
}

type Fields = Pick<ReturnType<typeof useMessageForm>, 'values' | 'field' | 'tick' | 'choose'>;

function SinglePart({ field, tick }: Fields) {
  return (
    <>
      <Part title="Quiet hours" text="What falls due in them leaves when they end. The same time twice means none.">
        <div className="msg-row">
          <ClockField label="From" {...field('quiet_from')} />
          <ClockField label="To" {...field('quiet_to')} />
          <TimeZoneField {...field('time_zone')} />
        </div>
        <CheckField label="No mails on Saturdays and Sundays" {...tick('weekends_off')} />
      </Part>
      <Part
        title="How often"
        text="What is more than this is told together in one of them, and nothing is lost. First alarms come before reminders."
      >
        <div className="msg-row">
          <TextField label="Mails to one address in 7 days" type="number" min={1} max={50} {...field('weekly_cap')} />
        </div>
      </Part>
      <Part
        title="Second contact"
        text="Reads every mail after the first, while a store stays broken. A store may name another one on its own page."
      >
        <div className="msg-row">
          <TextField label="E-mail of the second contact" type="email" autoComplete="off" {...field('second_email')} />
        </div>
      </Part>
    </>
  );
}

function DigestPart({ values, field, tick, choose }: Fields) {
  const wanted = values.digest !== 'off';
  return (
    <Part
      title="Digest"
      text="One mail that names every store that needs somebody, ends soon, is held or was repaired. With it no single mails about stores go out; the renewal day’s mail and the letter after an incident stay. With nothing to say there is none at all."
    >
      <div className="msg-row">
        <SelectField label="When" {...field('digest')} onChange={choose}>
          <option value="off">None, single mails</option>
          <option value="daily">Every day</option>
          <option value="weekly">Every Monday</option>
        </SelectField>
        {wanted && (
          <SelectField label="At" {...field('digest_hour')}>
            {HOURS.map((hour) => (
              <option key={hour} value={hour}>
                {String(hour).padStart(2, '0')}:00
              </option>
            ))}
          </SelectField>
        )}
        {wanted && <TextField label="Digest goes to" type="email" autoComplete="off" {...field('digest_email')} />}
      </div>
      {wanted && (
        <CheckField
          label="First alarms at once too"
          hint="A store that breaks is also told singly, once, to its own contact."
          {...tick('urgent_too')}
        />
      )}
    </Part>
  );
}

/** By what stands in the form, as soon as it rests; by what was kept while the server would refuse it. */
function usePreview(values: MessageValues, kept: NextMessages): NextMessages {
  const [settled] = useDebouncedValue(JSON.stringify(settingsOf(values)), TYPING_MS);
  const wanted = JSON.parse(settled) as MessageSettingsBody;
  const preview = useQuery({
    ...previewQuery(wanted),
    enabled: canBeKept(wanted),
    placeholderData: keepPreviousData,
  });
  return preview.data ?? kept;
}

function MessageForm({ kept, usual, mayChange }: { kept: MessageSettingsAnswer; usual: string; mayChange: boolean }) {
  const keep = useKeepMessages();
  const { form, check, showErrors, ...fields } = useMessageForm({ kept, usual });
  const next = usePreview(fields.values, kept.next);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (keep.isPending || !check()) return;
    keep.mutate(settingsOf(fields.values), {
      onError: (error) => showErrors(fieldErrorsOf(problemOf(error), MESSAGE_FIELDS).fields),
    });
  };
  const atFields = keep.isError ? fieldErrorsOf(problemOf(keep.error), MESSAGE_FIELDS).fields : {};
  const isKept = keep.isSuccess && JSON.stringify(settingsOf(fields.values)) === JSON.stringify(keep.variables);
  return (
    <form className="msg" ref={form} onSubmit={submit} noValidate>
      <fieldset className="msg-all" disabled={!mayChange}>
        <legend className="vh">How you are told</legend>
        <SinglePart {...fields} />
        <DigestPart {...fields} />
      </fieldset>
      <Next next={next} />
      {keep.isError && Object.keys(atFields).length === 0 && <ProblemNotice error={keep.error} />}
      {mayChange ? (
        <div className="row wrap">
          <Button type="submit" kind="primary" busy={keep.isPending}>
            Keep these settings
          </Button>
          <span className="sm t2" role="status">
            {isKept ? 'Kept. They count from now on, also for what waits.' : ''}
          </span>
        </div>
      ) : (
        <p className="hint">An owner or admin of this account can change this.</p>
      )}
    </form>
  );
}

export function Messages() {
  const kept = useQuery(messagesQuery);
  const { data: me } = useQuery(meQuery);
  return (
    <section className="card" aria-labelledby="messages-heading">
      <div className="hd">
        <h2 id="messages-heading">Messages</h2>
      </div>
      <p className="bd sm t2 msg-intro">
        You are told of a broken store once, again after 3, 7, 14 and 30 days, then once a month for half a year. The
        mails stop the moment it works again, somebody repairs it, or you say on its page that you are away. Nobody is
        asked to put right what only we or the marketplace can.
      </p>
      <Answer
        query={kept}
        what="the message settings"
        unchanged="Nothing was changed."
        skeleton={<SkeletonRows rows={4} />}
      >
        {(answer) =>
          me && <MessageForm kept={answer} usual={me.person.email} mayChange={me.account.role !== 'member'} />
        }
      </Answer>
    </section>
  );
}
