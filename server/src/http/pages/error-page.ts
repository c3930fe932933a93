import { html } from './html.ts';
import { layout } from './layout.ts';

/** A fault as a page: what happened, that nothing was changed, and the way on. */
export function errorPage(problem: { title: string; detail?: unknown }): string {
  return layout({
    title: problem.title,
    ...(typeof problem.detail === 'string' ? { lead: problem.detail } : {}),
    body: html`<p class="notice warn">Nothing was changed. You can close this page.</p>
      <p><a href="/">Open Storekeeper</a></p>`,
  }).toString();
}
