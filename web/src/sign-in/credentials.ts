/** Checks of the sign-in forms, made on leaving a field and on submit, never while typing. Pure. */
export const PASSWORD_MIN = 12;
const PASSWORD_MAX = 128;

/** What is wrong with an address and what right looks like; undefined when it will do. */
export function emailError(value: string): string | undefined {
  const text = value.trim();
  if (text === '') return 'An e-mail address is needed, for example mira@halden-roe.com.';
  if (/\s/.test(text)) return 'There is a space in it. An address looks like mira@halden-roe.com.';
  const at = text.indexOf('@');
  if (at < 1 || at !== text.lastIndexOf('@')) return 'An e-mail address has one @ in it, with a name before it.';
  if (!/\.[^.@]{2,}$/.test(text.slice(at))) return 'This address has no ending such as .com.';
  if (text.length > 254) return 'Too long for an e-mail address: at most 254 characters.';
  return undefined;
}

/** Controls and marks that turn the direction of writing: a name with them reads otherwise than it is. */
const UNSEEN = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u;
const SECRET = /amzn1\.oa2-cs\.|^Atz[ra]\||^sk_[\w-]{30,}$|^AKIA[A-Z0-9]{16}$/i;

/** For what is read by everyone here: a name, not a secret, of at most `most` characters. Empty will do. */
export function nameProblem(value: string, most: number): string | undefined {
  const text = value.trim();
  if (SECRET.test(text)) return 'This is a secret, and a name is read by everyone here. Give it a name of its own.';
  if (UNSEEN.test(text)) return 'There are characters in it that cannot be seen. Type it by hand.';
  return text.length > most ? `Too long: at most ${most} characters.` : undefined;
}

export function newPasswordError(value: string): string | undefined {
  if (value.length > PASSWORD_MAX) return `Too long: at most ${PASSWORD_MAX} characters.`;
  if (value.length < PASSWORD_MIN) {
    const missing = PASSWORD_MIN - value.length;
    return `Too short: ${missing} more ${missing === 1 ? 'character' : 'characters'} needed. Several words make a good one.`;
  }
  return undefined;
}

/** A person's or a program's name, which has to be there. */
export function neededName(value: string, what: string, most: number): string | undefined {
  return neededError(value, what) ?? nameProblem(value, most);
}

export function neededError(value: string, what: string): string | undefined {
  return value.trim() === '' ? `${what} is needed.` : undefined;
}
