import { describe, expect, it } from 'vitest';
import { withTopTarget } from './letter-html.ts';
import { preview } from './preview.ts';

describe('a letter in the mailbox', () => {
  it('previews what it says, not its greeting nor its subject again', () => {
    expect(preview({ subject: 'Blue Bird: renew', text: 'Blue Bird: renew\n\nHello Mira,\n\nOne day left.' })).toBe(
      'One day left.',
    );
    expect(preview({ subject: 'Empty', text: '' })).toBe('');
  });

  it('opens its links outside the frame, with or without a head', () => {
    expect(withTopTarget('<html><head><title>x</title></head>')).toContain('<head><base target="_top"><title>');
    expect(withTopTarget('<p>x</p>')).toBe('<base target="_top"><p>x</p>');
  });
});
