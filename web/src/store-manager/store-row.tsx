/** One row of *Stores*. */
import { Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { useNow } from '../api/product-clock.ts';
import { usePause } from '../api/store-changes.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/icon.tsx';
import { MENU } from '../parts/menu.ts';
import { StatusLabel } from '../parts/status-label.tsx';
import { fullTime, timeOfLook } from '../words/dates.ts';
import { REGION_WORDS, sitesInShort } from '../words/places.ts';
import type { HoldHandlers } from './held-rows.ts';
import { staleAfter, statusNote } from './status-note.ts';

type Props = {
  store: StoreBody;
  tabStop: boolean;
  rowIndex: number | undefined;
  green: boolean;
  handlers: (store: StoreBody) => HoldHandlers;
  onOpen: (id: string) => void;
  onReconnect: (id: string) => void;
};

function RowMenu({
  store,
  tabIndex,
  onOpen,
  onReconnect,
}: Pick<Props, 'store' | 'onOpen' | 'onReconnect'> & { tabIndex: number }) {
  const pause = usePause(store.id);
  return (
    <Menu {...MENU} position="bottom-end">
      <Menu.Target>
        <Button kind="quiet" size="row" square aria-label={`More for ${store.name}`} tabIndex={tabIndex}>
          <Icon name="more" size={16} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown miw={190}>
        <Menu.Item onClick={() => onOpen(store.id)}>Open the store</Menu.Item>
        {store.verdict === 'expiring' && <Menu.Item onClick={() => onReconnect(store.id)}>Renew now</Menu.Item>}
        {store.verdict !== 'closed' && (
          <Menu.Item onClick={() => pause.mutate(store.verdict !== 'paused')}>
            {store.verdict === 'paused' ? 'Watch it again' : 'Pause watching'}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function LastLook({ store }: { store: StoreBody }) {
  const now = useNow();
  if (store.as_of === null) return <span className="t3">unknown</span>;
  const limit = staleAfter(store);
  const stale = limit !== undefined && now - Date.parse(store.as_of) > limit;
  return (
    <time className={`num ${stale ? 'stale' : 't2'}`} dateTime={store.as_of} title={fullTime(store.as_of)}>
      {timeOfLook(store.as_of, now)}
      {stale && <span className="vh">, stale</span>}
    </time>
  );
}

export const StoreRow = memo(function StoreRow(props: Props) {
  const { store, tabStop, rowIndex, green, handlers, onOpen, onReconnect } = props;
  const now = useNow();
  const tabIndex = tabStop ? 0 : -1;
  const note = statusNote(store, now);
  return (
    <tr
      role="row"
      data-row={store.id}
      tabIndex={tabIndex}
      aria-rowindex={rowIndex}
      className={green ? 'greened' : undefined}
      {...handlers(store)}
    >
      <td role="cell" className="c-store">
        <Link className="sname" to="/stores/$storeId" params={{ storeId: store.id }} tabIndex={tabIndex}>
          {store.name}
        </Link>
        {store.marketplace === 'amazon-mws' && <span className="tag at-name">MWS</span>}
      </td>
      <td role="cell" className="c-what">
        <StatusLabel store={store} />
        {note !== '' && (
          <div className="sub2" title={note}>
            {note}
          </div>
        )}
      </td>
      <td role="cell" className="c-sites t2">
        {REGION_WORDS[store.region]} · {sitesInShort(store)}
      </td>
      <td role="cell" className="c-asof r">
        <span className="only-phone xs t3" aria-hidden="true">
          looked at{' '}
        </span>
        <LastLook store={store} />
      </td>
      <td role="cell" className="c-act r">
        <RowMenu store={store} tabIndex={tabIndex} onOpen={onOpen} onReconnect={onReconnect} />
      </td>
    </tr>
  );
});
