/**
 * Entries of the audit log about signing in. Unknown e-mail addresses leave none. A failed sign-in is written after the
 * answer, so that the length of the work does not say whether an address is known.
 */
import type { FastifyRequest } from 'fastify';
import type { AuditKind } from '../core/audit.ts';
import { emailOfLink } from '../people/persons.ts';
import { auditSignIn, personWith } from '../people/sign-in-audit.ts';
import type { Background } from './background.ts';
import type { App, Web } from './web.ts';

const SUCCEEDED: Readonly<Record<string, AuditKind>> = {
  '/api/auth/sign-in/email': 'sign_in.succeeded',
  '/api/auth/confirm': 'sign_in.succeeded',
  '/api/auth/sign-out': 'sign_in.ended',
  '/api/auth/change-password': 'person.changed',
  '/api/auth/update-user': 'person.changed',
};

/** Watches the routes of this scope. */
export function auditSigningIn(app: App, { web, background }: { web: Web; background: Background }): void {
  const before = new WeakMap<FastifyRequest, string>();

  // Before the handler: a sign-out ends the session, and a confirmation uses up its link.
  app.addHook('preHandler', async (request) => {
    const url = request.routeOptions.url ?? '';
    if (request.method !== 'POST' || SUCCEEDED[url] === undefined) return;
    const personId =
      url === '/api/auth/confirm' ? await personOfLink(web, request) : (await web.ask.personOrNull(request))?.personId;
    if (personId) before.set(request, personId);
  });

  app.addHook('onSend', async (request, reply) => {
    const kind = kindOf(request, reply.statusCode);
    if (kind === null) return;
    const email = textIn(request, 'email');
    if (kind === 'sign_in.failed') {
      background.run(() => audit(web, { kind, email }));
      return;
    }
    await audit(web, email === null ? { kind, personId: before.get(request) } : { kind, email });
  });
}

type Entry = { kind: AuditKind; email?: string | null; personId?: string | undefined };

async function audit({ people, shop }: Web, { kind, email, personId }: Entry): Promise<void> {
  const known = email ? await personWith(people, email) : (personId ?? null);
  if (known === null) return;
  if (kind !== 'sign_in.failed') shop.db.identify({ kind: 'person', id: known });
  await auditSignIn(people, { kind, personId: known });
}

function kindOf({ routeOptions, method }: FastifyRequest, status: number): AuditKind | null {
  const url = routeOptions.url ?? '';
  if (method !== 'POST') return null;
  if (status === 200) return SUCCEEDED[url] ?? null;
  return url === '/api/auth/sign-in/email' && (status === 401 || status === 403) ? 'sign_in.failed' : null;
}

async function personOfLink({ people }: Web, request: FastifyRequest): Promise<string | null> {
  const token = textIn(request, 'token');
  const email = token === null ? null : await emailOfLink(people, token);
  return email === null ? null : personWith(people, email);
}

function textIn({ body }: FastifyRequest, name: string): string | null {
  if (typeof body !== 'object' || body === null) return null;
  const value: unknown = Object.entries(body).find(([key]) => key === name)?.[1];
  return typeof value === 'string' ? value : null;
}
