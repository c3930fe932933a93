/** A marketplace's own words and codes, made fit to be stored and shown as evidence. */

/** A code as it may be stored; null when there is none. */
export function cleanCode(code: string): string | null {
  if (code === '') return null;
  return /^[\w.:-]{1,80}$/.test(code) ? code : 'unreadable';
}

/** Tokens and secrets of every kind Amazon has, plain or percent-encoded, and runs too long to be words. */
const TOKEN_LIKE =
  /(?:Atz[ra]|Atc|Atz\.sprdt)(?:\||%7C)[^\s"'<>&,;]*|amzn1?\.(?:oa2-cs|mws)\.[^\s"'<>&,;]*|[\w+/=|.~-]{60,}/gi;
/** Signatures of requests, where an answer repeats what was signed: by their name, or by their form (base64 of SHA-256). */
const SIGNATURE_LIKE = /(?<=\bSignature=)[^\s"'<>&,;]+|[\w+/%]{43,60}(?:=|%3D)/gi;
const MESSAGE_LENGTH = 300;

/** Marketplace words as they may be stored and shown: one line, no token, at most 300 characters; null when empty. */
export function redact(text: string): string | null {
  // A huge page is cut before the patterns run over it; 4,000 characters hold any token whole (2,048 at most).
  const safe = text
    .slice(0, 4000)
    .replaceAll(TOKEN_LIKE, '[secret]')
    .replaceAll(SIGNATURE_LIKE, '[secret]')
    .replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim();
  if (safe === '') return null;
  return safe.length <= MESSAGE_LENGTH ? safe : `${safe.slice(0, MESSAGE_LENGTH - 1)}…`;
}
