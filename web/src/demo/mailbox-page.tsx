/** Mailbox: what the demo would have sent. Nothing left this machine. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { Mail, Me } from '../../../server/src/http/contract/app.ts';
import { useNow } from '../api/product-clock.ts';
import { keys, mailboxQuery, type MailList } from '../api/queries.ts';
import { isStatus, request } from '../api/request.ts';
import { Answer } from '../parts/answer.tsx';
import { Page } from '../parts/page.tsx';
import { SkeletonCard } from '../parts/skeleton.tsx';
import { MissingText } from '../shell/missing-page.tsx';
import { clock, dayAndClock, listDay, sameDay } from '../words/dates.ts';
import { figure } from '../words/counts.ts';
import { MailFrame } from './mail-frame.tsx';
import { preview } from './preview.ts';

const route = getRouteApi('/inside/demo/mailbox');

function useRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      request<void>(`/app/mailbox/${encodeURIComponent(id)}/read`, { method: 'POST', body: {} }),
    onMutate: (id) => {
      let left = 0;
      client.setQueryData<MailList>(keys.mailbox, (list) => {
        if (list === undefined) return list;
        const data = list.data.map((mail) => (mail.id === id ? { ...mail, read: true } : mail));
        left = data.filter((mail) => !mail.read).length;
        return { data, unread: left };
      });
      client.setQueryData<Me | null>(keys.me, (me) => (me ? { ...me, unread_mails: left } : me));
    },
  });
}

function Letters({
  mails,
  chosen,
  onChoose,
}: {
  mails: readonly Mail[];
  chosen: string;
  onChoose: (id: string) => void;
}) {
  const now = useNow();
  return (
    <ul className="ml" aria-label="Letters">
      {mails.map((mail) => (
        <li key={mail.id}>
          <button type="button" aria-pressed={mail.id === chosen} onClick={() => onChoose(mail.id)}>
            <span className={mail.read ? undefined : 'u'}>
              {mail.subject}
              {!mail.read && <span className="vh"> (unread)</span>}
            </span>
            <span className="f num">{sameDay(mail.at, now) ? clock(mail.at) : listDay(mail.at, now)}</span>
            <span className="f">to {mail.to}</span>
            <span />
            <span className="p">{preview(mail)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Letter({ mail }: { mail: Mail }) {
  const [plain, setPlain] = useState(false);
  return (
    <article className="mv" aria-labelledby="letter-subject">
      <div className="mh">
        <h2 id="letter-subject">{mail.subject}</h2>
        <p className="sm t2">
          Storekeeper to {mail.to} · <span className="num">{dayAndClock(mail.at)}</span>
          {mail.store_id !== null && (
            <>
              {' · '}
              <Link to="/stores/$storeId" params={{ storeId: mail.store_id }}>
                open the store
              </Link>
            </>
          )}
        </p>
        <div className="seg mt8" role="group" aria-label="Show as">
          <button type="button" aria-pressed={!plain} onClick={() => setPlain(false)}>
            Letter
          </button>
          <button type="button" aria-pressed={plain} onClick={() => setPlain(true)}>
            Plain text
          </button>
        </div>
      </div>
      {plain ? (
        <div className="mail-text">{mail.text}</div>
      ) : (
        <MailFrame key={mail.id} subject={mail.subject} html={mail.html} />
      )}
    </article>
  );
}

function Loaded({ list }: { list: MailList }) {
  const { mail: wanted } = route.useSearch();
  const navigate = route.useNavigate();
  const { mutate: read } = useRead();
  const mails = [...list.data].sort((a, b) => b.at.localeCompare(a.at));
  const shown = mails.find((mail) => mail.id === wanted) ?? mails[0];
  const unread = shown !== undefined && !shown.read && wanted !== undefined ? shown.id : null;
  useEffect(() => {
    if (unread !== null) read(unread);
  }, [read, unread]);
  if (shown === undefined) {
    return (
      <section className="card er">
        <h2>No letter yet</h2>
        <p className="t2">
          Storekeeper writes only when a person has something to do. <Link to="/demo/fire-drill">Break a store</Link>{' '}
          and wait two minutes of the demo clock.
        </p>
      </section>
    );
  }
  return (
    <div className="card mb">
      <Letters
        mails={mails}
        chosen={shown.id}
        onChoose={(id) => void navigate({ search: { mail: id }, replace: true, resetScroll: false })}
      />
      <Letter mail={shown} />
    </div>
  );
}

export function MailboxPage() {
  const mailbox = useQuery(mailboxQuery);
  if (isStatus(mailbox.error, 404)) {
    return (
      <Page title="There is no mailbox here">
        <MissingText />
      </Page>
    );
  }
  const { data } = mailbox;
  const counted =
    data === undefined || data.data.length === 0 ? '' : `: ${figure(data.data.length)}, ${figure(data.unread)} unread`;
  return (
    <Page
      title="Mailbox"
      sub={<p className="sub">What this demo would have sent{counted}. Nothing left this machine.</p>}
    >
      <Answer query={mailbox} what="the mailbox" unchanged="No letter was lost." skeleton={<SkeletonCard lines={8} />}>
        {(list) => <Loaded list={list} />}
      </Answer>
    </Page>
  );
}
