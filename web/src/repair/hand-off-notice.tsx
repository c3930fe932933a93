/** Where a link for the owner is on its way: whom we wait for, and how far they are. */
import { useNow } from '../api/product-clock.ts';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { waitingLine } from './hand-off-steps.ts';
import { useOpenHandOff } from './use-hand-off.ts';

type Props = { storeId: string; onShow: () => void };

export function HandOffNotice({ storeId, onShow }: Props) {
  const now = useNow();
  const open = useOpenHandOff(storeId, { calm: true });
  if (open === null) return null;
  return (
    <Notice
      tone="info"
      icon="link"
      role="status"
      action={
        <Button size="row" onClick={onShow}>
          Owner’s steps
        </Button>
      }
    >
      {waitingLine(open, now)}
    </Notice>
  );
}
