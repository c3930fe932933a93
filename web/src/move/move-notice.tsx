/** A store on a retired way: said once, with the one button that leads away from it. */
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';

const WITHOUT_WORDS = 'Amazon has replaced MWS by the Selling Partner API. This store still uses MWS.';

export function MoveNotice({ store, onMove }: { store: StoreBody; onMove: () => void }) {
  if (!store.can_move) return null;
  const told = store.notices.find(({ cause }) => cause === 'mkt.sunset')?.text;
  return (
    <Notice
      tone="warn"
      icon="alert"
      action={
        <Button size="row" onClick={onMove}>
          Move to the Selling Partner API
        </Button>
      }
    >
      {told ?? WITHOUT_WORDS}
    </Notice>
  );
}
