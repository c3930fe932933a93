/** The cookie that binds a connect session to the browser that opened it. */
import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

const BROWSER = 'sk_browser';
const LINK = 'sk_link';
const HAND_OFF = 'sk_hand_off';
const BROWSER_SECONDS = 30 * 86_400;
const LINK_SECONDS = 86_400;

function options(publicUrl: string) {
  return { httpOnly: true, sameSite: 'lax', secure: publicUrl.startsWith('https://') } as const;
}

/** This browser's binding value, or null. */
export function browserOf(request: FastifyRequest): string | null {
  const value = request.cookies[BROWSER];
  return value !== undefined && /^[\w-]{20,100}$/.test(value) ? value : null;
}

/** This browser's binding value; one is made and sent along when it has none. */
export function bindBrowser(request: FastifyRequest, reply: FastifyReply, publicUrl: string): string {
  const known = browserOf(request);
  if (known !== null) return known;
  const value = randomBytes(32).toString('base64url');
  reply.setCookie(BROWSER, value, { ...options(publicUrl), path: '/', maxAge: BROWSER_SECONDS });
  return value;
}

/** Remembers which link this browser is following, so that the way back from the marketplace ends on its page. */
export function rememberLink(reply: FastifyReply, token: string, publicUrl: string): void {
  reply.setCookie(LINK, token, { ...options(publicUrl), path: '/connect', maxAge: LINK_SECONDS });
}

export function linkOf(request: FastifyRequest): string | null {
  const value = request.cookies[LINK];
  return value !== undefined && /^[\w-]{20,200}$/.test(value) ? value : null;
}

/** The same for an owner's link, which has a page of its own. */
export function rememberHandOff(reply: FastifyReply, token: string, publicUrl: string): void {
  reply.setCookie(HAND_OFF, token, { ...options(publicUrl), path: '/connect', maxAge: LINK_SECONDS });
}

export function handOffOf(request: FastifyRequest): string | null {
  const value = request.cookies[HAND_OFF];
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : null;
}
