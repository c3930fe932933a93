/** *Leaving MWS*, for operators: how many stores of all accounts have moved, day by day, and which are left. */
import { useQuery } from '@tanstack/react-query';
import type { Fleet } from '../../../server/src/http/contract/app.ts';
import { fleetQuery, meQuery } from '../api/queries.ts';
import { Answer } from '../parts/answer.tsx';
import { Icon } from '../parts/icon.tsx';
import { Page } from '../parts/page.tsx';
import { StatusLabel } from '../parts/status-label.tsx';
import { Since } from '../parts/time.tsx';
import { figure, things } from '../words/counts.ts';
import { day, shortDay } from '../words/dates.ts';
import { everyDay, fleetHeadline, share, type Day } from './fleet-words.ts';

const AT_MOST = 500;

function Summary({ mws }: { mws: Fleet['mws'] }) {
  const { total, moved, left } = mws;
  return (
    <section className="card fleet-sum" aria-label="How far it is">
      <div>
        <p className="say">{fleetHeadline(mws)}</p>
        <p className="say2">
          {total === 0
            ? 'Stores connect by the Selling Partner API. There is nothing to move.'
            : left === 0
              ? 'Nothing is asked of MWS any more. Its keys can be taken out of the configuration.'
              : 'Each store moves with one confirmation of its owner at Amazon. Until then MWS goes on being used.'}
        </p>
      </div>
      {total > 0 && (
        <div>
          <div className="share" role="img" aria-label={`${moved} moved, ${left} left`}>
            {moved > 0 && <i className="good" style={{ flexGrow: moved }} />}
            {left > 0 && <i className="calm" style={{ flexGrow: left }} />}
          </div>
          <ul className="share-key">
            <li className="good">
              <Icon name="tick" size={15} />
              <b className="num">{figure(moved)}</b> moved <span className="t3 num">{share(mws)}</span>
            </li>
            <li className="calm">
              <Icon name="ring" size={15} />
              <b className="num">{figure(left)}</b> left
            </li>
          </ul>
        </div>
      )}
    </section>
  );
}

const noon = (date: string): string => `${date}T12:00:00Z`;

/** The bars are for the eye; the table beneath them is the truth. */
function ByDay({ days }: { days: readonly Day[] }) {
  const bars = everyDay(days);
  const most = Math.max(1, ...bars.map(({ moved }) => moved));
  const width = 100 / Math.max(bars.length, 1);
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined) return null;
  return (
    <section className="card" aria-labelledby="by-day">
      <div className="hd">
        <h2 id="by-day">Moved, day by day</h2>
      </div>
      <div className="bd">
        <svg className="days" viewBox="0 0 100 40" preserveAspectRatio="none" aria-hidden="true">
          <line x1="0" x2="100" y1="39.5" y2="39.5" vectorEffect="non-scaling-stroke" />
          {bars.map(({ day: date, moved }, place) => {
            const height = (moved / most) * 36;
            return (
              <rect key={date} x={place * width + width * 0.15} y={39 - height} width={width * 0.7} height={height} />
            );
          })}
        </svg>
        <div className="row xs t3 num">
          <span>{shortDay(noon(first.day))}</span>
          <span className="grow" />
          <span>most in a day: {figure(most)}</span>
          <span className="grow" />
          <span>{shortDay(noon(last.day))}</span>
        </div>
        <details className="know">
          <summary>
            <Icon name="right" size={14} />
            Show as table
          </summary>
          <table className="mid days-table">
            <caption className="vh">Stores moved on each day</caption>
            <thead>
              <tr>
                <th scope="col">Day (UTC)</th>
                <th scope="col" className="r">
                  Moved
                </th>
              </tr>
            </thead>
            <tbody>
              {[...days]
                .sort((a, b) => b.day.localeCompare(a.day))
                .map((entry) => (
                  <tr key={entry.day}>
                    <td className="num">{day(noon(entry.day))}</td>
                    <td className="r num">{figure(entry.moved)}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </details>
      </div>
    </section>
  );
}

const NO_TEXT = { locale: 'en', status: '', sentence: null, means: null, next: null };

function Left({ mws: { left, stores } }: { mws: Fleet['mws'] }) {
  return (
    <section className="card" aria-labelledby="left-heading">
      <div className="hd">
        <h2 id="left-heading">Still on MWS</h2>
        <span className="grow" />
        <span className="asof num">
          {left > stores.length ? `${figure(stores.length)} of ${things(left, 'store')}` : things(left, 'store')}
        </span>
      </div>
      {left > AT_MOST && <p className="bd sm t2">The first {figure(AT_MOST)} are shown, the ones in trouble first.</p>}
      <table className="tblm mid fleett" role="table" aria-labelledby="left-heading">
        <thead role="rowgroup">
          <tr role="row">
            {['Store', 'Account', 'Site', 'Status', 'Since'].map((heading) => (
              <th key={heading} role="columnheader" scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {stores.map((store) => (
            <tr role="row" key={store.id}>
              <td role="cell" className="m5">
                {store.name}
              </td>
              <td role="cell" className="t2">
                {store.account}
              </td>
              <td role="cell" className="t2">
                {store.site}
              </td>
              <td role="cell" className="c-status">
                <StatusLabel store={{ verdict: store.verdict, text: NO_TEXT }} />
              </td>
              <td role="cell" className="c-since">
                <Since at={store.since} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Loaded({ mws }: { mws: Fleet['mws'] }) {
  return (
    <div className="stack">
      <Summary mws={mws} />
      <ByDay days={mws.by_day} />
      {mws.stores.length > 0 && <Left mws={mws} />}
    </div>
  );
}

export function FleetPage() {
  const { data: me } = useQuery(meQuery);
  const operator = me?.operator === true;
  const fleet = useQuery({ ...fleetQuery, enabled: operator });
  if (!operator) {
    return (
      <Page title="This page is for operators" crumb="Leaving MWS">
        <p className="t2">Only whoever runs this Storekeeper sees the stores of every account.</p>
      </Page>
    );
  }
  return (
    <Page
      title="Leaving MWS"
      crumb="Leaving MWS"
      sub={<p className="sm t2">Every account of this Storekeeper. Only operators see this page.</p>}
    >
      <Answer query={fleet} what="the fleet" unchanged="No store was touched.">
        {({ mws }) => <Loaded mws={mws} />}
      </Answer>
    </Page>
  );
}
