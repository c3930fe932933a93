/**
 * Checks can be quicker than the page that shows them. Their results are then told one after another, so that a person
 * sees what was tested; nothing shown differs from what was found.
 */
import { useReducedMotion } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import type { ConnectSession } from '../../../server/src/http/contract/connect.ts';
import { doneOf } from '../parts/ladder.tsx';

const STEP_MS = 170;

/** The session with only its first `count` results told; the next one is shown as running. */
export function toldSoFar(session: ConnectSession, count: number): ConnectSession {
  if (count >= doneOf(session.steps)) return session;
  const steps = session.steps.map((step, place) => {
    if (place < count) return step;
    return {
      ...step,
      outcome: place === count ? ('running' as const) : ('waiting' as const),
      text: '',
      ms: null,
      call: null,
    };
  });
  return { ...session, status: 'verifying', steps };
}

/** True when there is a run of checks to tell: a trip that ended without any has none. */
export function ranChecks(session: ConnectSession): boolean {
  return session.steps.some((step) => step.outcome === 'passed' || step.outcome === 'failed');
}

export function useReveal(session: ConnectSession): ConnectSession {
  const still = useReducedMotion();
  const [count, setCount] = useState(0);
  const done = doneOf(session.steps);
  const telling = !still && ranChecks(session) && count < done;
  useEffect(() => {
    if (!telling) return;
    const timer = setInterval(() => setCount((told) => told + 1), STEP_MS);
    return () => clearInterval(timer);
  }, [telling]);
  return telling ? toldSoFar(session, count) : session;
}
