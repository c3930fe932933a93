/** The frame around every page of a signed-in person. */
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { announcement } from '../api/green-moment.ts';
import { useLive } from '../api/live.ts';
import { useObservable } from '../api/observable.ts';
import { meQuery } from '../api/queries.ts';
import { sessionEnded } from '../api/session-ended.ts';
import { LostServer } from './lost-server.tsx';
import { PhoneTabs, PhoneTop } from './phone-frame.tsx';
import { SessionEnded } from './session-ended-notice.tsx';
import { SideBar } from './side-bar.tsx';

export function Shell() {
  useLive();
  const { data } = useQuery(meQuery);
  // A session that ends must not empty the page: the last known person stays on it, with a notice above.
  const [me, setMe] = useState(data ?? null);
  if (data && data !== me) setMe(data);
  useEffect(() => {
    if (data === null) sessionEnded.set(true);
  }, [data]);
  const rail = useMediaQuery('(min-width: 48.01em) and (max-width: 75em)') ?? false;
  const said = useObservable(announcement);
  if (me === null) return null;
  return (
    <>
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <PhoneTop me={me} />
      <div className="shell">
        <SideBar me={me} rail={rail} />
        <main className="main" id="main" tabIndex={-1}>
          <LostServer />
          <SessionEnded />
          <Outlet />
        </main>
      </div>
      <PhoneTabs me={me} />
      <p className="vh" role="status">
        {said}
      </p>
    </>
  );
}
