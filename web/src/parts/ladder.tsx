/** The ladder, test by test. What was not asked says why; codes and times stand right. */
import type { LadderStep } from '../../../server/src/http/contract/connect.ts';
import type { ObservationBody } from '../../../server/src/http/contract/store.ts';
import { took } from '../words/dates.ts';
import { Icon, type IconName } from './icon.tsx';

type Face = { className: string; icon: IconName; word: string };

const FACES = {
  passed: { className: 'good', icon: 'tick', word: 'passed' },
  failed: { className: 'act', icon: 'cross', word: 'failed' },
  running: { className: 'info', icon: 'arc', word: 'running' },
  waiting: { className: 'w', icon: 'ring', word: 'waiting' },
  not_asked: { className: 'w', icon: 'ring', word: 'not asked' },
  cannot_be_asked: { className: 'calm', icon: 'dashedCircle', word: 'cannot be asked' },
} as const satisfies Record<LadderStep['outcome'], Face>;

function why(step: LadderStep): string {
  if (step.text !== '') return step.text;
  return step.outcome === 'not_asked' ? 'Not asked: the check before it decides' : '';
}

export function Ladder({ steps }: { steps: readonly LadderStep[] }) {
  return (
    <ol className="lad" aria-live="polite">
      {steps.map((step) => {
        const face = FACES[step.outcome];
        const text = why(step);
        return (
          <li key={step.name} className={face.className}>
            <Icon name={face.icon} size={19} className={step.outcome === 'running' ? 'spin' : ''} />
            <span className="t">
              {step.title}
              <span className="vh">: {face.word}</span>
            </span>
            {text !== '' && <span className="o">{text}</span>}
            <span className="ms num xs t3">{took(step.ms)}</span>
            {step.call !== null && <span className="c mono">{step.call}</span>}
          </li>
        );
      })}
    </ol>
  );
}

/** Steps that say something; waiting and running ones do not count as done. */
export function doneOf(steps: readonly LadderStep[]): number {
  return steps.filter((step) => step.outcome !== 'waiting' && step.outcome !== 'running').length;
}

export function Progress({ steps }: { steps: readonly LadderStep[] }) {
  const done = steps.length === 0 ? 0 : Math.round((100 * doneOf(steps)) / steps.length);
  return (
    <div
      className="prog"
      role="progressbar"
      aria-label="Checks done"
      aria-valuenow={done}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <i style={{ width: `${done}%` }} />
    </div>
  );
}

/** The ladder of a connection made by hand, from the evidence it left. Oldest first. */
export function stepsFromObservations(observations: readonly ObservationBody[]): LadderStep[] {
  return [...observations]
    .sort((a, b) => a.at.localeCompare(b.at))
    .map((observation) => ({
      name: observation.id,
      title: observation.text,
      call: observation.call,
      outcome: observation.answer === 'ok' ? 'passed' : 'failed',
      text: '',
      ms: observation.ms,
      observation_id: observation.id,
    }));
}
