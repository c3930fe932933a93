import { describe, expect, it } from 'vitest';
import { emailError, nameProblem, newPasswordError } from './credentials.ts';

describe('an e-mail address', () => {
  it('is told what is wrong with it', () => {
    expect(emailError('camille@atelier-lune')).toBe('This address has no ending such as .com.');
    expect(emailError('camille atelier@lune.fr')).toContain('There is a space in it. An address looks like');
    expect(emailError('camille')).toContain('one @');
    expect(emailError('a@b@c.fr')).toContain('one @');
    expect(emailError('')).toContain('needed');
  });

  it('passes when it looks right, with space around it', () => {
    expect(emailError(' camille@atelier-lune.fr ')).toBeUndefined();
  });
});

describe('a new password', () => {
  it('says how many characters are missing', () => {
    expect(newPasswordError('elevenchars')).toContain('1 more character needed');
    expect(newPasswordError('short')).toContain('7 more characters needed');
    expect(newPasswordError('twelve chars')).toBeUndefined();
  });
});

describe('a name that everyone here reads', () => {
  it('is whatever a person likes', () => {
    for (const name of ['', 'Blue Bird', '🛍️ Kleine Läden 👩‍👩‍👧', '<b>', "'); DROP TABLE store; --", 'password1234'])
      expect(nameProblem(name, 100)).toBeUndefined();
  });

  it('is not a secret that was pasted into the wrong field', () => {
    for (const secret of ['amzn1.oa2-cs.v1.abc', 'Atzr|IwEBI', `sk_${'x'.repeat(43)}`, 'AKIAIOSFODNN7EXAMPLE'])
      expect(nameProblem(secret, 100)).toContain('This is a secret');
  });

  it('has no characters that nobody sees, and an end', () => {
    expect(nameProblem('\u202Edrib eulb', 100)).toContain('cannot be seen');
    expect(nameProblem('x'.repeat(101), 100)).toBe('Too long: at most 100 characters.');
  });
});
