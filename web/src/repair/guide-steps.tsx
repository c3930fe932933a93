/** The numbered steps at the marketplace: its labels bold, its buttons boxed, the row drawn. */
import type { Repair } from '../../../server/src/http/contract/connect.ts';
import { Icon } from '../parts/icon.tsx';
import { dayOrUnknown } from '../words/dates.ts';

type Guide = Repair['guide'];
type Step = Guide['steps'][number];

function StepText({ parts }: { parts: Step['text'] }) {
  return (
    <>
      {parts.map((part, place) => {
        const key = `${place}-${part.value}`;
        if (part.kind === 'text') return <span key={key}>{part.value}</span>;
        return (
          <em key={key} className={part.kind === 'button' ? 'bt' : undefined}>
            {part.value}
          </em>
        );
      })}
    </>
  );
}

/** Drawn, never a screenshot: neighbours are grey bars, the button is ringed, the text alternative says the same. */
export function RowPicture({ picture }: { picture: NonNullable<Guide['picture']> }) {
  return (
    <figure
      className="pic"
      role="img"
      aria-label={`Picture: on Manage your apps, the row ${picture.app_name}, ${picture.app_id}, status ${picture.status}, with the button ${picture.button} ringed`}
    >
      <div className="pb">
        <span>Manage your apps</span>
        <span>{picture.host}</span>
      </div>
      <div className="pr">
        <span className="sk w70" />
        <span className="sk" />
        <span className="sk w80" />
        <span className="sk wbtn" />
      </div>
      <div className="pr hl">
        <span>
          <b>{picture.app_name}</b>
          <span className="id">{shortId(picture.app_id)}</span>
        </span>
        <span>{picture.status}</span>
        <span>{picture.date === null ? '' : dayOrUnknown(picture.date)}</span>
        <span className="go">{picture.button}</span>
      </div>
      <div className="pr">
        <span className="sk w55" />
        <span className="sk" />
        <span className="sk w80" />
        <span className="sk wbtn" />
      </div>
    </figure>
  );
}

/** Long application ids keep their beginning and their end, on one line; the whole one stands in the text alternative. */
export function shortId(id: string): string {
  return id.length > 24 ? `${id.slice(0, 11)}…${id.slice(-8)}` : id;
}

export function GuideSteps({ guide, waiting }: { guide: Guide; waiting: boolean }) {
  const current = waiting ? guide.steps.findIndex((step) => !step.done) : -1;
  return (
    <>
      <h3>{guide.title}</h3>
      <ol className="gs">
        {guide.steps.map((step, place) => {
          const state = step.done ? 'done' : place === current ? 'now' : '';
          return (
            <li
              key={`${place}-${step.text[0]?.value ?? ''}`}
              className={state}
              aria-current={state === 'now' ? 'step' : undefined}
            >
              <span className="d" aria-hidden="true">
                {step.done ? <Icon name="check" size={13} /> : place + 1}
              </span>
              <StepText parts={step.text} />
              {step.done && <span className="vh"> (done)</span>}
              {step.picture !== null && guide.picture !== null && <RowPicture picture={guide.picture} />}
            </li>
          );
        })}
      </ol>
    </>
  );
}
