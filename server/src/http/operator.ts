/** Who runs this instance: the person named by STOREKEEPER_OPERATOR_EMAIL, and in the demo whoever is signed in with one click. */
import type { FastifyRequest } from 'fastify';
import { Fault } from '../core/fault.ts';
import type { SignedIn } from '../people/sign-in.ts';
import type { Web } from './web.ts';

export function isOperator({ shop, demo }: Web, { email }: SignedIn): boolean {
  const named = [shop.settings.operatorEmail, demo?.person.email ?? null];
  return named.some((one) => one !== null && one.toLowerCase() === email.toLowerCase());
}

/** @throws Fault `not-signed-in`, or `not-allowed` for everybody else. An API key does not do: it belongs to one account. */
export async function askOperator(web: Web, request: FastifyRequest): Promise<SignedIn> {
  const signedIn = await web.ask.person(request);
  if (isOperator(web, signedIn)) return signedIn;
  throw new Fault('not-allowed', {
    detail: 'Only the operator of this instance sees this: the person whose e-mail is STOREKEEPER_OPERATOR_EMAIL.',
  });
}
