/** Signing in, up and out. The sign-in library has its own codes; people read our words. */
import { problemOf, Refused, request } from './request.ts';

export type Refusal = { field: 'name' | 'email' | 'password' | null; message: string };

/** What to say for each code of the sign-in library. */
const WORDS: Readonly<Record<string, Refusal>> = {
  INVALID_EMAIL_OR_PASSWORD: { field: null, message: 'The e-mail address or the password is not right.' },
  INVALID_EMAIL: { field: 'email', message: 'This is not an e-mail address.' },
  USER_ALREADY_EXISTS: { field: 'email', message: 'There is an account with this address already. Sign in instead.' },
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: {
    field: 'email',
    message: 'There is an account with this address already. Sign in instead.',
  },
  PASSWORD_TOO_SHORT: { field: 'password', message: 'Too short: it needs at least 12 characters.' },
  PASSWORD_TOO_LONG: { field: 'password', message: 'Too long: at most 128 characters.' },
};

export function signIn(input: { email: string; password: string }): Promise<unknown> {
  return request('/api/auth/sign-in/email', { method: 'POST', body: input });
}

export function signUp(input: { name: string; email: string; password: string }): Promise<unknown> {
  return request('/api/auth/sign-up/email', { method: 'POST', body: input });
}

export function signOut(): Promise<unknown> {
  return request('/api/auth/sign-out', { method: 'POST', body: {} });
}

export function openDemo(): Promise<unknown> {
  return request('/app/demo/sign-in', { method: 'POST', body: {} });
}

export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refused && error.problem.status === 429) {
    return { field: null, message: 'Too many attempts. Wait a minute, then try again.' };
  }
  const problem = problemOf(error);
  return WORDS[problem.code] ?? { field: null, message: problem.detail ?? problem.title };
}
