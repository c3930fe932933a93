/** Scrolls to a row that is not painted yet, by its place in its table. */
import { PENDING_ROW } from './pending-table.tsx';
import { STORE_ROW } from './stores-table.tsx';

export function revealRow(id: string, tables: { pending: readonly string[]; stores: readonly string[] }): void {
  const size = window.matchMedia('(max-width: 48em)').matches ? 'phone' : 'desktop';
  const name = tables.pending.includes(id) ? 'pending' : 'stores';
  const place = tables[name].indexOf(id);
  const body = document.querySelector(`[data-table="${name}"] tbody`);
  if (body === null || place < 0) return;
  const rowHeight = (name === 'pending' ? PENDING_ROW : STORE_ROW)[size];
  const top = body.getBoundingClientRect().top + window.scrollY + place * rowHeight;
  window.scrollTo({ top: Math.max(0, top - window.innerHeight / 2) });
}
