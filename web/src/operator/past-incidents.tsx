/** Incidents that are over and whose stores were all let go, the newest first. */
import type { IncidentBody } from '../../../server/src/http/contract/incident.ts';
import { downtime, fullTime, timeOfLook, toMs } from '../words/dates.ts';
import { things } from '../words/counts.ts';
import { heldWords } from './incident-words.ts';

function Past({ incident, now }: { incident: IncidentBody; now: number }) {
  const { began_at, over_at, closed_at, note, text } = incident;
  const end = over_at ?? closed_at;
  return (
    <li>
      <p>
        <b>{text.title}</b>{' '}
        <span className="t2">{incident.region === null ? incident.place : (incident.app_name ?? '')}</span>
      </p>
      <p className="sm t2">
        <time className="num" dateTime={began_at} title={fullTime(began_at)}>
          {timeOfLook(began_at, now)}
        </time>
        {end !== null && `, ${downtime(toMs(end) - toMs(began_at))}`}. {heldWords(incident)}
      </p>
      <p className="sm t3">
        {text.opened} {text.closed}
      </p>
      {note !== null && note !== '' && <p className="sm inc-note">{note}</p>}
    </li>
  );
}

export function PastIncidents({ incidents, now }: { incidents: readonly IncidentBody[]; now: number }) {
  return (
    <section className="card" aria-labelledby="past-heading">
      <div className="hd">
        <h2 id="past-heading">Past incidents</h2>
        <span className="grow" />
        <span className="asof num">{incidents.length === 0 ? '' : things(incidents.length, 'incident')}</span>
      </div>
      {incidents.length === 0 ? (
        <p className="bd sm t2">
          None yet. What a marketplace does to many stores at once is listed here when it is over.
        </p>
      ) : (
        <ul className="inc-past">
          {incidents.map((incident) => (
            <Past key={incident.id} incident={incident} now={now} />
          ))}
        </ul>
      )}
    </section>
  );
}
