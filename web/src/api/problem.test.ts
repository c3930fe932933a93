import { describe, expect, it } from 'vitest';
import { CREDENTIAL_FIELDS } from '../connect/credentials.ts';
import { STORE_FIELDS } from '../connect/store-form.ts';
import { asProblem, codeOf, fieldErrorsOf, sentenceOf } from './problem.ts';

const withErrors = (...errors: { field: string; message: string }[]) =>
  asProblem({ title: 'Some fields need another look', code: 'invalid-fields', errors }, 422);

describe('errors of a form', () => {
  it('stand at the field they belong to', () => {
    const problem = withErrors(
      { field: 'credentials.refresh_token', message: 'Too short.' },
      { field: 'name', message: 'Empty.' },
    );
    expect(fieldErrorsOf(problem, STORE_FIELDS)).toEqual({
      fields: { refresh_token: 'Too short.', name: 'Empty.' },
      others: [],
    });
  });

  it('are found whether the server writes dots or slashes', () => {
    const problem = withErrors({ field: '/credentials/authorized_at', message: 'Not a day.' });
    expect(fieldErrorsOf(problem, CREDENTIAL_FIELDS).fields).toEqual({ authorized_on: 'Not a day.' });
  });

  it('for one field are all said', () => {
    const problem = withErrors(
      { field: 'name', message: 'Too long.' },
      { field: 'name', message: 'Has a line break.' },
    );
    expect(fieldErrorsOf(problem, STORE_FIELDS).fields).toEqual({ name: 'Too long. Has a line break.' });
  });

  it('that no field can show are not lost', () => {
    expect(fieldErrorsOf(withErrors({ field: 'surprise', message: 'Odd.' }), STORE_FIELDS).others).toEqual(['Odd.']);
  });
});

describe('a refusal', () => {
  it('says its detail first, then its title', () => {
    expect(sentenceOf(asProblem({ title: 'Title', detail: 'Detail.' }, 409))).toBe('Detail.');
    expect(sentenceOf(asProblem({ title: 'Title' }, 409))).toBe('Title');
  });

  it('that is no problem document becomes one', () => {
    expect(asProblem('<html>', 502)).toEqual({
      type: 'about:blank',
      title: 'The server did not answer as expected',
      status: 502,
      code: 'unexpected',
    });
    expect(asProblem({ code: 'INVALID_EMAIL', message: 'Invalid email' }, 400)).toMatchObject({
      code: 'INVALID_EMAIL',
      detail: 'Invalid email',
    });
  });

  it('has a code to send on', () => {
    expect(codeOf(asProblem({ code: 'internal', instance: 'req_7f3a' }, 500))).toBe('req_7f3a·500');
    expect(codeOf(asProblem({ code: 'internal' }, 500))).toBe('internal·500');
  });
});
