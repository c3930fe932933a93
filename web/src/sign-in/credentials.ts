/** Checks of the sign-in forms, made on leaving a field and on submit, never while typing. Pure. */
export const PASSWORD_MIN = 12;

/** What is wrong with an address and what right looks like; undefined when it will do. */
export function emailError(value: string): string | undefined {
  const text = value.trim();
  if (text === '') return 'An e-mail address is needed, for example mira@halden-roe.com.';
  if (/\s/.test(text)) return 'There is a space in it.';
  const at = text.indexOf('@');
  if (at < 1 || at !== text.lastIndexOf('@')) return 'An e-mail address has one @ in it, with a name before it.';
  if (!/\.[^.@]{2,}$/.test(text.slice(at))) return 'This address has no ending such as .com.';
  return undefined;
}

export function newPasswordError(value: string): string | undefined {
  if (value.length < PASSWORD_MIN) {
    const missing = PASSWORD_MIN - value.length;
    return `Too short: ${missing} more ${missing === 1 ? 'character' : 'characters'} needed. Several words make a good one.`;
  }
  return undefined;
}

export function neededError(value: string, what: string): string | undefined {
  return value.trim() === '' ? `${what} is needed.` : undefined;
}
