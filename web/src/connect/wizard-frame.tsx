/** The wizard's frame: four steps left, the matter in the middle, what is good to know right. */
import type { ReactNode } from 'react';
import { useNow } from '../api/product-clock.ts';
import { Icon } from '../parts/icon.tsx';
import { day } from '../words/dates.ts';

export type StepNotes = {
  /** Counted from 1; one more than there are steps means that all is done. */
  at: number;
  steps: readonly { title: string; /** What was entered or done, once it is finished. */ said: string }[];
};

/** The four steps of connecting. */
export function connectSteps(said: { account: string; store: string; permission: string }): StepNotes['steps'] {
  return [
    { title: 'Account and currency', said: said.account },
    { title: 'Your store', said: said.store },
    { title: 'Permission at Amazon', said: said.permission },
    { title: 'Checks', said: '' },
  ];
}
const YEAR_MS = 365 * 86_400_000;

function Steps({ at, steps }: StepNotes) {
  return (
    <div className="steps">
      <p className="only-phone sm t2">
        Step {Math.min(at, steps.length)} of {steps.length}
      </p>
      <ol aria-label="Steps">
        {steps.map(({ title, said }, place) => {
          const done = place + 1 < at;
          const now = place + 1 === at;
          return (
            <li key={title} className={done ? 'done' : now ? 'now' : ''} aria-current={now ? 'step' : undefined}>
              <span className="d" aria-hidden="true">
                {done ? <Icon name="check" size={13} /> : place + 1}
              </span>
              <span>
                <b>{title}</b>
                {done && <span className="vh"> (done) </span>}
                {done && said !== '' && <span className="xs t3 said">{said}</span>}
              </span>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function GoodToKnow() {
  const now = useNow(60_000);
  return (
    <aside className="side2" aria-label="Good to know">
      <h3>What we test, and why</h3>
      <p>
        We start with ourselves, then with Amazon, and only then with your store. So a fault of ours or of Amazon’s is
        never taken for yours.
      </p>
      <h3>What you give</h3>
      <p>Reading payouts, balances and reports. Storekeeper cannot change a listing, a price or a bank account.</p>
      <h3>How long it lasts</h3>
      <p>One year, to about {day(now + YEAR_MS)}. We remind you five times, and stop when you have renewed.</p>
    </aside>
  );
}

export function WizardFrame({ notes, children }: { notes: StepNotes; children: ReactNode }) {
  return (
    <div className="wz">
      <Steps {...notes} />
      <div>{children}</div>
      <GoodToKnow />
    </div>
  );
}
