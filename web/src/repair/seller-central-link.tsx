/** Opens Seller Central in a new tab, and tells the server, so that it looks more often from then on. */
import type { Repair } from '../../../server/src/http/contract/connect.ts';
import { Icon } from '../parts/icon.tsx';
import { useOpened } from './use-repair.ts';

export function SellerCentralLink({ repair, label, primary }: { repair: Repair; label: string; primary: boolean }) {
  const opened = useOpened(repair.store.id);
  const { opens } = repair.guide;
  if (opens === null) return null;
  return (
    <a
      className={primary ? 'btn p l' : 'btn'}
      href={opens}
      target="_blank"
      rel="noreferrer"
      onClick={() => opened.mutate()}
    >
      {label}
      <Icon name="leave" size={15} />
      <span className="vh"> (opens a new tab)</span>
    </a>
  );
}
