/** Who runs this instance: whom the command line named, and in the demo whoever is signed in with one click. */
import type { FastifyRequest } from 'fastify';
import { Fault } from '../core/fault.ts';
import { isOperator as isNamed } from '../people/operators.ts';
import type { SignedIn } from '../people/sign-in.ts';
import type { Web } from './web.ts';

export async function isOperator({ people, demo }: Web, { personId, email }: SignedIn): Promise<boolean> {
  return email === demo?.person.email || isNamed(people, personId);
}

/** @throws Fault `not-signed-in`, or `not-allowed` for everybody else. An API key does not do: it belongs to one account. */
export async function askOperator(web: Web, request: FastifyRequest): Promise<SignedIn> {
  const signedIn = await web.ask.person(request);
  if (await isOperator(web, signedIn)) return signedIn;
  throw new Fault('not-allowed', {
    detail:
      'Only an operator of this instance sees this. Whoever runs its machine names one: npm run storekeeper -- operator add EMAIL.',
  });
}
