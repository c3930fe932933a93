/** Leaves for the marketplace's permission page: a form is posted in this tab, and the answer redirects there. */
import type { ConnectSession } from '../../../server/src/http/contract/connect.ts';

/** Relative, so that the browser's binding cookie, set for the host we are on, goes along. */
export function continuePath(session: Pick<ConnectSession, 'id'>): string {
  return `/connect/${encodeURIComponent(session.id)}/continue`;
}

/** The browser's Back leads to the page of this very connection, not to an empty wizard. */
export function leaveFor(session: Pick<ConnectSession, 'id'>): void {
  window.history.replaceState(window.history.state, '', `/connect/${encodeURIComponent(session.id)}`);
  const form = document.createElement('form');
  form.method = 'post';
  form.action = continuePath(session);
  document.body.append(form);
  form.submit();
}
