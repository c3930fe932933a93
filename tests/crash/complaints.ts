/** What is wrong with how it ended, if anything. */
import { INTERRUPTED, type Ending } from './afterwards.ts';
import type { FlowName } from './flows.ts';
import type { Lived } from './lives.ts';

/** What the last click left behind. */
type Left = Pick<Ending, 'current' | 'candidate' | 'successes' | 'alarms'> & {
  verdict: string | null;
  cause: string | null;
};

/** Between the answer that uses up a code and the commit that keeps its token: there, and only there, a click is asked for. */
const TOKEN_IN_THE_AIR = /^after the call of .*\/token$|^before the commit of .*credential/;

export function complaintsAbout(lived: Lived): string[] {
  return lived.endings.flatMap((ending) => {
    const { person, stoodAt } = ending.fate;
    const wrong = [...ending.stuck, ...wronglyLeft(lived, ending), ...tooManyCalls(lived, ending)];
    if (ending.met === INTERRUPTED && !TOKEN_IN_THE_AIR.test(stoodAt ?? '')) wrong.push('a click more than needed');
    return wrong.map((what) => `${person.flow}, killed ${stoodAt}, met ${ending.met}: ${what}`);
  });
}

function wronglyLeft({ live }: Lived, ending: Ending): string[] {
  const { flow, sellerId } = ending.fate.person;
  const { store, current, candidate, successes, alarms } = ending;
  const verdict = store?.verdict ?? null;
  const cause = store?.cause ?? null;
  const left: Left = { verdict, cause, current, candidate, successes, alarms };
  const expected = expectedOf(flow, live.get(sellerId)?.at(-1) ?? null);
  return (Object.keys(expected) as (keyof Left)[])
    .filter((what) => left[what] !== expected[what])
    .map((what) => `${what} is ${left[what]}, not ${expected[what]}`);
}

/** Connected with the last token that was issued; or, where the marketplace itself refuses, set up and told why. */
function expectedOf(flow: FlowName, issued: string | null): Left {
  const none = { candidate: null, alarms: 0 };
  return flow === 'connect by consent, refused'
    ? { ...none, verdict: 'setup', cause: 'grant.half_open', current: null, successes: 0 }
    : { ...none, verdict: 'connected', cause: null, current: issued, successes: 1 };
}

/** A death may cost one call of the token endpoint; a second consent costs what a consent costs. */
function tooManyCalls({ calls, courses }: Lived, { fate, trips }: Ending): string[] {
  const made = calls.get(fate.person.sellerId) ?? 0;
  const allowed = (courses.get(fate.person.flow)?.tokenCalls ?? 0) * Math.max(1, trips) + 1;
  return made > allowed ? [`${made} token calls, ${allowed} allowed`] : [];
}
