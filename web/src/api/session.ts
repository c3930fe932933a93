/** Signing in, up and out, confirming an address, choosing a password. */
import { fieldErrorsOf } from './problem.ts';
import { problemOf, Refused, request } from './request.ts';

export type Refusal = { fields: Record<string, string>; message: string | null };

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

export function sendConfirmation(email: string): Promise<unknown> {
  return request('/api/auth/send-verification-email', { method: 'POST', body: { email } });
}

export function confirmAddress(input: { token: string; password: string }): Promise<unknown> {
  return request('/api/auth/confirm', { method: 'POST', body: input });
}

export function requestReset(email: string): Promise<unknown> {
  return request('/api/auth/request-password-reset', { method: 'POST', body: { email } });
}

export function resetPassword(input: { token: string; newPassword: string }): Promise<unknown> {
  return request('/api/auth/reset-password', { method: 'POST', body: input });
}

export function changePassword(input: { currentPassword: string; newPassword: string }): Promise<unknown> {
  return request('/api/auth/change-password', { method: 'POST', body: input });
}

const FIELDS = {
  name: 'name',
  email: 'email',
  password: 'password',
  newPassword: 'newPassword',
  currentPassword: 'currentPassword',
};

/** What a form shows at its fields, and the sentence for what belongs to no field. */
export function refusalOf(error: unknown): Refusal {
  const problem = problemOf(error);
  if (error instanceof Refused && problem.status === 429) {
    return { fields: {}, message: problem.detail ?? 'Too many attempts. Wait a minute, then try again.' };
  }
  const { fields, others } = fieldErrorsOf(problem, FIELDS);
  const message = Object.keys(fields).length > 0 ? (others[0] ?? null) : (problem.detail ?? problem.title);
  return { fields, message };
}
