import { describe, expect, it } from 'vitest';
import { emailError, newPasswordError } from './credentials.ts';

describe('an e-mail address', () => {
  it('is told what is wrong with it', () => {
    expect(emailError('camille@atelier-lune')).toBe('This address has no ending such as .com.');
    expect(emailError('camille atelier@lune.fr')).toBe('There is a space in it.');
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
