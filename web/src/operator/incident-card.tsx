/** One incident that is open, or whose stores are being let go. */
import type { IncidentBody } from '../../../server/src/http/contract/incident.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/icon.tsx';
import { things } from '../words/counts.ts';
import { fullTime, span, timeOfLook, toMs } from '../words/dates.ts';
import { closesByHand, heldWords, isOwn, openingNumbers } from './incident-words.ts';

function At({ at, now }: { at: string; now: number }) {
  return (
    <time className="num" dateTime={at} title={fullTime(at)}>
      {timeOfLook(at, now)}
    </time>
  );
}

/** How many of its stores were let go. The sentence beside it says the same. */
function Progress({ held, released }: Pick<IncidentBody, 'held' | 'released'>) {
  if (held + released === 0) return null;
  return (
    <div className="share" aria-hidden="true">
      {released > 0 && <i className="good" style={{ flexGrow: released }} />}
      {held > 0 && <i className="calm" style={{ flexGrow: held }} />}
    </div>
  );
}

function Head({ incident, id, onClose }: { incident: IncidentBody; id: string; onClose: () => void }) {
  const { text, closed_at, place, app_name } = incident;
  const open = closed_at === null;
  return (
    <div className="inc-head">
      <div>
        <h2 id={id} className="cause">
          {text.title}
        </h2>
        <p className="row wrap sm t2">
          <span className={`st pill ${open ? 'warn' : 'info'}`}>
            <Icon name={open ? 'siren' : 'turning'} size={15} />
            {open ? 'Open' : 'Letting stores go'}
          </span>
          <span>
            {place}
            {app_name !== null && ` · ${app_name}`}
          </span>
        </p>
      </div>
      {closesByHand(incident) && (
        <Button size="row" onClick={onClose}>
          Close<span className="vh"> {text.title}</span>
        </Button>
      )}
    </div>
  );
}

function Since({ incident, now }: { incident: IncidentBody; now: number }) {
  const { began_at, over_at, closed_at } = incident;
  const end = over_at ?? closed_at;
  return (
    <dd>
      <At at={began_at} now={now} />, for {span((end === null ? now : toMs(end)) - toMs(began_at))}
      {over_at !== null && (
        <>
          , over at <At at={over_at} now={now} />
        </>
      )}
    </dd>
  );
}

function Noticed({ incident, now }: { incident: IncidentBody; now: number }) {
  const { opened_at, evidence, text } = incident;
  const numbers = openingNumbers(incident);
  return (
    <dd>
      <At at={opened_at} now={now} />. {text.opened}
      {numbers !== '' && <span className="t2"> {numbers}</span>}
      {evidence.length > 0 && <span className="t3"> It rests on {things(evidence.length, 'answer')}.</span>}
    </dd>
  );
}

type Props = { incident: IncidentBody; now: number; onClose: () => void };

export function IncidentCard({ incident, now, onClose }: Props) {
  const { text, note } = incident;
  const id = `incident-${incident.id}`;
  return (
    <section className="card inc" aria-labelledby={id}>
      <Head incident={incident} id={id} onClose={onClose} />
      <dl className="inc-facts">
        <div>
          <dt>Since</dt>
          <Since incident={incident} now={now} />
        </div>
        <div>
          <dt>Noticed</dt>
          <Noticed incident={incident} now={now} />
        </div>
        <div>
          <dt>{isOwn(incident) ? 'Cause' : 'Stores'}</dt>
          <dd>
            {heldWords(incident)}
            <Progress {...incident} />
          </dd>
        </div>
        {note !== null && note !== '' && (
          <div>
            <dt>Public note</dt>
            <dd className="inc-note">{note}</dd>
          </div>
        )}
        {text.closed !== null && (
          <div>
            <dt>Closed</dt>
            <dd>{text.closed}</dd>
          </div>
        )}
      </dl>
    </section>
  );
}
