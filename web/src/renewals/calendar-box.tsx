/** The calendar to subscribe to. Its address is shown once, when it is made; a new one ends the old. */
import { useState } from 'react';
import type { Renewals } from '../../../server/src/http/contract/renewals.ts';
import { useNow } from '../api/product-clock.ts';
import { Button } from '../parts/button.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { CopyButton, ProblemNotice } from '../parts/failure.tsx';
import { Icon } from '../parts/icon.tsx';
import { Notice } from '../parts/notice.tsx';
import { day, timeOfLook } from '../words/dates.ts';
import { useMakeAddress, useRemoveAddress } from './renewals-query.ts';

function Made({ address }: { address: { url: string; webcal_url: string } }) {
  return (
    <Notice tone="good" icon="link" role="status">
      <b>Copy the address now.</b> It is shown this once; afterwards nobody can read it here. Whoever has it can read
      this calendar.
      <span className="secret">
        <code className="mono">{address.url}</code>
      </span>
      <span className="row wrap mt8">
        <CopyButton text={address.url} label="Copy address" size="row" />
        <a className="btn s" href={address.webcal_url}>
          Open in my calendar
        </a>
      </span>
    </Notice>
  );
}

function Standing({ calendar }: { calendar: NonNullable<Renewals['calendar']> }) {
  const now = useNow();
  return (
    <dl className="kv">
      <dt>Address made</dt>
      <dd className="num">{day(calendar.made_at)}</dd>
      <dt>Last read</dt>
      <dd className="num">{calendar.read_at === null ? 'not yet' : timeOfLook(calendar.read_at, now)}</dd>
    </dl>
  );
}

type Asked = 'anew' | 'remove' | null;

const QUESTIONS = {
  anew: {
    title: 'Make a new address?',
    text: 'The old address stops working at once: every calendar that reads it shows nothing new until you give it the new one.',
    label: 'Make a new address',
  },
  remove: {
    title: 'End the subscription?',
    text: 'The address stops working at once, and no calendar reads the renewals any more. The mails go on.',
    label: 'End it',
  },
} as const;

export function CalendarBox({ calendar }: { calendar: Renewals['calendar'] }) {
  const [asked, setAsked] = useState<Asked>(null);
  const make = useMakeAddress();
  const remove = useRemoveAddress();
  const act = asked === 'remove' ? remove : make;
  const close = (): void => {
    if (act.isError) act.reset();
    setAsked(null);
  };
  return (
    <section className="card rn-cal" aria-labelledby="calendar-heading">
      <h2 id="calendar-heading">Renewals in your calendar</h2>
      <p className="sm t2">
        Subscribe once, in Google, Apple, Outlook or any other calendar: every store stands on the day it ends, with
        reminders 30, 14, 7, 3 and 1 days before. A renewal moves it by itself.
      </p>
      {make.isSuccess && calendar !== null && <Made address={make.data} />}
      {calendar !== null && <Standing calendar={calendar} />}
      {calendar === null ? (
        <Button busy={make.isPending} onClick={() => make.mutate()}>
          <Icon name="calendar" size={15} />
          Make an address
        </Button>
      ) : (
        <div className="row wrap">
          <Button onClick={() => setAsked('anew')}>Make a new address</Button>
          <Button kind="quiet" onClick={() => setAsked('remove')}>
            End the subscription
          </Button>
        </div>
      )}
      {calendar === null && make.isError && <ProblemNotice error={make.error} />}
      {asked !== null && (
        <Confirm
          {...QUESTIONS[asked]}
          busy={act.isPending}
          error={act.error}
          onConfirm={() => act.mutate(undefined, { onSuccess: () => setAsked(null) })}
          onClose={close}
        />
      )}
      <p className="hint">Days are UTC. A calendar looks again when it likes, often only once a day.</p>
    </section>
  );
}
