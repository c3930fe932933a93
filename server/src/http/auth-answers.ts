/** The sign-in library's refusals in our words, each with the field it is about. Its own texts never leave. */
import type { FastifyReply } from 'fastify';
import { Fault } from '../core/fault.ts';
import { passwordProblem } from '../people/password.ts';

/** @throws Fault `invalid-fields` for a password that a guesser would find soon. */
export async function requireStrong(field: string, password: string, about: readonly string[]): Promise<void> {
  const message = await passwordProblem(password, about);
  if (message !== null) throw new Fault('invalid-fields', { errors: [{ field, code: 'too_guessable', message }] });
}

type Called = { headers: Headers };

/** Calls the library; its cookies go to the browser, its refusals become faults. */
export async function callAuth<T extends Called>(reply: FastifyReply, call: () => Promise<T>): Promise<T> {
  reply.header('cache-control', 'no-store');
  try {
    const answer = await call();
    for (const cookie of answer.headers.getSetCookie()) reply.header('set-cookie', cookie);
    return answer;
  } catch (error) {
    throw toFault(error);
  }
}

const REFUSED = 'sign-in-refused';

export function refused(): Fault {
  return new Fault(REFUSED, {
    detail:
      'The e-mail address or the password is not right. If you have just signed up, confirm your address first with the link that we mailed to you.',
  });
}

export function isRefusal(error: unknown): boolean {
  return error instanceof Fault && error.code === REFUSED;
}

export function linkOver(): Fault {
  return new Fault('link-ended', { detail: 'This link was used or has ended. Ask for a new one.' });
}

export function wrongPassword(field: string): Fault {
  return new Fault('invalid-fields', {
    errors: [{ field, code: 'wrong_password', message: 'This is not the password.' }],
  });
}

/** What is no refusal of the library's stays as it is: a failure of ours. */
function toFault(error: unknown): unknown {
  switch (codeOf(error)) {
    case null:
      return error;
    case 'INVALID_EMAIL_OR_PASSWORD':
    // The person has not confirmed the address: the same answer as for a wrong password.
    case 'FAILED_TO_CREATE_SESSION':
      return refused();
    case 'INVALID_PASSWORD':
    case 'CREDENTIAL_ACCOUNT_NOT_FOUND':
      return wrongPassword('currentPassword');
    case 'INVALID_TOKEN':
    case 'TOKEN_EXPIRED':
    case 'USER_NOT_FOUND':
      return linkOver();
    case 'UNAUTHORIZED':
    case 'SESSION_EXPIRED':
      return new Fault('not-signed-in');
    default:
      return new Fault('not-ready', {
        detail: 'Nothing was changed. Try again in a moment.',
        retryAfterSeconds: 5,
        cause: error,
      });
  }
}

/** The code of a refusal of better-auth; null for any other error. Read by its shape, so that the library is not loaded. */
function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || error.name !== 'APIError') return null;
  const body: unknown = 'body' in error ? error.body : null;
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : null;
  return typeof code === 'string' ? code : 'statusCode' in error && error.statusCode === 401 ? 'UNAUTHORIZED' : 'OTHER';
}

export function isWrongPassword(error: unknown): boolean {
  return error instanceof Fault && error.errors.some(({ code }) => code === 'wrong_password');
}
