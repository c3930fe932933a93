/** Every cohort: how many of its stores fail against what is ordinary, what the control says, and what is held. */
import type { CohortBody } from '../../../server/src/http/contract/incident.ts';
import { Icon } from '../parts/icon.tsx';
import { CAUSE_WORDS } from '../words/causes.ts';
import { figure, things } from '../words/counts.ts';
import { fullTime, span, timeOfLook, toMs } from '../words/dates.ts';
import {
  appFaultWords,
  chanceWords,
  controlWords,
  exactly,
  shareWords,
  STANDING_FACES,
  standingOf,
} from './incident-words.ts';
import { ShareBar } from './share-bar.tsx';

const HEADINGS = ['Cohort', 'How it stands', 'Failing lately', 'Control', 'Stores'] as const;

function ShareCell({ cohort }: { cohort: CohortBody }) {
  const chance = chanceWords(cohort);
  return (
    <td role="cell" className="c-share">
      <ShareBar share={cohort.share} baseline={cohort.thin ? null : cohort.baseline} odd={isOdd(cohort)} />
      <p>{shareWords(cohort)}</p>
      {chance !== '' && (
        <p className="sub2">
          {chance}
          {cohort.p !== null && <span className="num"> · {exactly(cohort.p)}</span>}
        </p>
      )}
    </td>
  );
}

function isOdd(cohort: CohortBody): boolean {
  const standing = standingOf(cohort);
  return standing === 'incident' || standing === 'unusual';
}

function ControlCell({ cohort, now }: { cohort: CohortBody; now: number }) {
  const { control } = cohort;
  return (
    <td role="cell" className="c-control">
      <span className="only-phone t3" aria-hidden="true">
        Control:{' '}
      </span>
      {controlWords(cohort)}
      {control !== null && (
        <p className="sub2">
          <time className="num" dateTime={control.at} title={fullTime(control.at)}>
            {timeOfLook(control.at, now)}
          </time>
          , {span(now - toMs(control.at))} ago
        </p>
      )}
    </td>
  );
}

function Standing({ cohort }: { cohort: CohortBody }) {
  const face = STANDING_FACES[standingOf(cohort)];
  const fault = appFaultWords(cohort);
  return (
    <td role="cell" className="c-standing">
      <span className={`st nowrap ${face.tone}${face.tone === 'warn' ? ' pill' : ''}`}>
        <Icon name={face.icon} size={15} />
        {face.words}
      </span>
      {fault !== null && cohort.app_fault !== null && (
        <p className="sub2">
          {CAUSE_WORDS[cohort.app_fault.cause]}. {fault}
        </p>
      )}
    </td>
  );
}

function Row({ cohort, now }: { cohort: CohortBody; now: number }) {
  const look = cohort.last_look_at;
  return (
    <tr role="row">
      <th role="rowheader" scope="row" className="c-place">
        <span className="sname">{cohort.place}</span>
        <span className="sub2">{cohort.app_name ?? <span className="mono">{cohort.application_id}</span>}</span>
      </th>
      <Standing cohort={cohort} />
      <ShareCell cohort={cohort} />
      <ControlCell cohort={cohort} now={now} />
      <td role="cell" className="c-stores">
        <span className="num">{things(cohort.stores, 'store')}</span>
        <p className="sub2">
          {cohort.held === 0 ? 'none held' : <b className="num">{figure(cohort.held)} held</b>}
          {look !== null && (
            <>
              , last look{' '}
              <time className="num" dateTime={look} title={fullTime(look)}>
                {timeOfLook(look, now)}
              </time>
            </>
          )}
        </p>
      </td>
    </tr>
  );
}

export function CohortTable({ cohorts, now }: { cohorts: readonly CohortBody[]; now: number }) {
  if (cohorts.length === 0) return null;
  return (
    <section className="card" aria-labelledby="cohorts-heading">
      <div className="hd">
        <h2 id="cohorts-heading">Cohorts</h2>
        <span className="grow" />
        <span className="asof num">{things(cohorts.length, 'cohort')}</span>
      </div>
      <table className="tblm cohorts" role="table" aria-labelledby="cohorts-heading">
        <thead role="rowgroup">
          <tr role="row">
            {HEADINGS.map((heading) => (
              <th key={heading} role="columnheader" scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {cohorts.map((cohort) => (
            <Row key={cohort.cohort} cohort={cohort} now={now} />
          ))}
        </tbody>
      </table>
      <p className="inc-legend xs t3">
        Failing: stores whose trouble is new. The mark on the bar is what is ordinary for that cohort. With 20 stores or
        more an incident opens by itself when so many failures are less likely than p = 0.0001, or when the same
        question is refused for somebody else too; with fewer the control decides alone.
      </p>
    </section>
  );
}
