/**
 * Which entry of the audit log each route that changes something writes. A new route without a line here fails a test.
 * `null`: it changes nothing that an account or an operator could want to know of later, and the comment says why.
 */
import type { AuditKind } from '../core/audit.ts';

export const AUDIT_OF_ROUTES: Readonly<Record<string, AuditKind | null>> = {
  'POST /v1/stores': 'credentials.entered',
  'PUT /v1/stores/:id/credentials': 'credentials.entered',
  'PATCH /v1/stores/:id': 'store.changed',
  'DELETE /v1/stores/:id': 'store.deleted',
  // A check reads the store; what it finds is an event.
  'POST /v1/stores/:id/probe': null,
  'POST /v1/connect_sessions': 'connect_session.created',
  'POST /v1/stores/:id/hand_offs': 'hand_off.created',
  'DELETE /v1/stores/:id/hand_offs/:hand_off_id': 'hand_off.revoked',
  'PUT /v1/message_settings': 'settings.changed',
  // A preview is not kept.
  'POST /app/message_settings/preview': null,
  'POST /app/stores/:id/repair': 'connect_session.created',
  // Both only say that a dialog is open and make its checks more frequent.
  'POST /app/stores/:id/repair/opened': null,
  'POST /app/stores/:id/repair/look': null,
  'PUT /app/renewals/day': 'settings.changed',
  'POST /app/renewals/:id/renewed': 'store.renewed',
  'POST /app/renewals/:id/leave': 'connect_session.continued',
  'POST /app/calendar': 'calendar.created',
  'DELETE /app/calendar': 'calendar.deleted',
  'POST /app/me/account': 'account.switched',
  'POST /app/people': 'invitation.created',
  'DELETE /app/people/:id': 'member.removed',
  'POST /app/invitations/:id/accept': 'invitation.accepted',
  'POST /app/api-keys': 'api_key.created',
  'DELETE /app/api-keys/:id': 'api_key.deleted',
  'POST /app/operator/incidents': 'incident.opened',
  'POST /app/operator/incidents/close': 'incident.closed',
  'POST /app/operator/apps/rotate': 'app_secret.rotated',
  // The demo's mailbox, drills and clock touch the emulated marketplace alone.
  'POST /app/mailbox/:id/read': null,
  'POST /app/demo/drills': null,
  'DELETE /app/demo/drills/:id': null,
  'DELETE /app/demo/drills': null,
  'POST /app/demo/clock': null,
  'POST /app/demo/sign-in': null,
  // A sign-up has an entry with its first account; whether an address is known must not show before.
  'POST /api/auth/sign-up/email': null,
  // Both only send a mail.
  'POST /api/auth/send-verification-email': null,
  'POST /api/auth/request-password-reset': null,
  // Its link names the person to the sign-in library alone.
  'POST /api/auth/reset-password': null,
  'POST /api/auth/confirm': 'sign_in.succeeded',
  'POST /api/auth/sign-in/email': 'sign_in.succeeded',
  'POST /api/auth/sign-out': 'sign_in.ended',
  'POST /api/auth/change-password': 'person.changed',
  'POST /api/auth/update-user': 'person.changed',
  // No account is known yet: the store's own entry follows when it is renewed or repaired.
  'POST /connect/amazon/login': null,
  'POST /connect/s/:token/continue': 'connect_session.continued',
  'POST /connect/:id/continue': 'connect_session.continued',
  'POST /connect/stores/:id/continue': 'connect_session.continued',
  'POST /hand-off/:token/opened': 'hand_off.opened',
  'POST /hand-off/:token/continue': 'hand_off.continued',
  'POST /hand-off/:token/not-owner': 'hand_off.declined',
};
