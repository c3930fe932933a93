/** One row of *Stores pending connection*: what happened, who acts, since when, what is at stake, the next step. */
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { useNow } from '../api/product-clock.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/icon.tsx';
import { StatusLabel } from '../parts/status-label.tsx';
import { Since } from '../parts/time.tsx';
import { awayNote } from '../words/absence.ts';
import { shortDay } from '../words/dates.ts';
import { placeLine } from '../words/places.ts';
import { whoActs } from '../words/who.ts';
import { actionOf } from './actions.ts';
import type { HoldHandlers } from './held-rows.ts';

type Props = {
  store: StoreBody;
  tabStop: boolean;
  rowIndex: number | undefined;
  handlers: (store: StoreBody) => HoldHandlers;
  onReconnect: (id: string) => void;
};

export const PendingRow = memo(function PendingRow({ store, tabStop, rowIndex, handlers, onReconnect }: Props) {
  const who = whoActs(store);
  const away = awayNote(store, useNow());
  const action = actionOf(store);
  const tabIndex = tabStop ? 0 : -1;
  return (
    <tr role="row" data-row={store.id} tabIndex={tabIndex} aria-rowindex={rowIndex} {...handlers(store)}>
      <td role="cell" className="c-store">
        <Link className="sname" to="/stores/$storeId" params={{ storeId: store.id }} tabIndex={tabIndex}>
          {store.name}
        </Link>
        <div className="sub2">{placeLine(store)}</div>
      </td>
      <td role="cell" className="c-what">
        <div className="why">
          <StatusLabel store={store} />
          {store.text.sentence !== null && (
            <div className="said" title={store.text.sentence}>
              {store.text.sentence}
            </div>
          )}
          {away !== null && <div className="sub2">{away}</div>}
        </div>
      </td>
      <td role="cell" className="c-who">
        <div className="who">
          <Icon name="person" size={15} />
          <div>
            {who.name}
            <div className="sub2">{who.note}</div>
          </div>
        </div>
      </td>
      <td role="cell" className="c-since">
        <span className="only-phone xs t3" aria-hidden="true">
          Since
          <br />
        </span>
        <Since at={store.since} />
      </td>
      <td role="cell" className="c-stake r">
        <span className="only-phone xs t3" aria-hidden="true">
          At stake
          <br />
        </span>
        <span className="t3">{store.verdict === 'setup' ? 'none yet' : 'unknown'}</span>
        {store.deadline?.kind === 'recovery' && <div className="sub2">recover by {shortDay(store.deadline.at)}</div>}
      </td>
      <td role="cell" className="c-act r">
        {action !== null && (
          <Button
            size="row"
            kind={action.primary ? 'primary' : 'default'}
            tabIndex={tabIndex}
            onClick={() => onReconnect(store.id)}
          >
            {action.label}
            <span className="vh"> {store.name}</span>
          </Button>
        )}
      </td>
    </tr>
  );
});
