/** The owner's steps, as they happen. */
import type { HandOffBody } from '../../../server/src/http/contract/hand-off.ts';
import { useNow } from '../api/product-clock.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { fullTime, timeOfLook } from '../words/dates.ts';
import { openings, stepsShown, type ShownStep } from './hand-off-steps.ts';

const FACES = {
  done: { icon: 'tick', className: 'good', word: 'done' },
  stopped: { icon: 'alert', className: 'warn', word: 'stopped' },
  now: { icon: 'hourglass', className: 'info', word: 'we wait for this' },
  later: { icon: 'ring', className: 'w', word: 'to come' },
} as const satisfies Record<ShownStep['how'], { icon: IconName; className: string; word: string }>;

export function HandOffProgress({ handOff }: { handOff: HandOffBody }) {
  const now = useNow();
  const often = openings(handOff, now);
  return (
    <ol className="lad hand-off-steps" aria-live="polite" aria-label="What the owner has done">
      {stepsShown(handOff).map((step) => {
        const face = FACES[step.how];
        return (
          <li key={step.key} className={face.className} aria-current={step.how === 'now' ? 'step' : undefined}>
            <Icon name={face.icon} size={19} />
            <span className="t">
              {step.words}
              <span className="vh">: {face.word}</span>
            </span>
            {often !== null && step.key.endsWith('-opened') && step.at !== null && (
              <span className="o num">{often}</span>
            )}
            {step.at !== null && (
              <time className="ms num xs t3" dateTime={step.at} title={fullTime(step.at)}>
                {timeOfLook(step.at, now)}
              </time>
            )}
          </li>
        );
      })}
    </ol>
  );
}
