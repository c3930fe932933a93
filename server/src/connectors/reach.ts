/** Rung 1, the same for every marketplace of Amazon: can we reach other hosts at all, and is our clock right? */
import { Fault } from '../core/fault.ts';
import type { CallContext, Finding } from './connector.ts';
import { limitsOf, silent, toFinding } from './finding.ts';
import type { Understood } from './finding.ts';
import type { Outbound, OutboundResult } from './outbound.ts';

/** Hosts of other machinery than the calls that are usually in question: Login with Amazon for Europe and for Japan. */
const OTHER_HOSTS = ['https://api.amazon.co.uk/auth/o2/tokeninfo', 'https://api.amazon.co.jp/auth/o2/tokeninfo'];

/** Any answer at all shows that our network works; the second host is asked only when the first stays silent. */
export async function askSelf(outbound: Outbound, context: CallContext): Promise<Finding> {
  const about = { rung: 'self', call: 'reach', region: null, capability: null } as const;
  const limits = { ...limitsOf(context), deadlineMs: Math.ceil(context.deadlineMs / OTHER_HOSTS.length) };
  let ms = 0;
  let last: OutboundResult | null = null;
  for (const url of OTHER_HOSTS) {
    last = await outbound.send({ ...limits, method: 'GET', url });
    ms += last.ms;
    if (last.kind === 'answer') break;
  }
  if (last === null) throw new Fault('internal', { detail: 'No host is listed to test the network with.' });
  return toFinding(about, understandReach(last), { result: last, ms, now: context.now() });
}

function understandReach(result: OutboundResult): Understood<null> {
  if (result.kind === 'answer') return { answer: 'ok', status: result.status, code: null, message: null, body: null };
  return silent(result);
}
