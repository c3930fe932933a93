/** Typed-in credentials that did not pass: the diagnosis, and the way back to the fields as they were left. */
import type { Problem } from '../../../server/src/http/contract/store.ts';
import { Button } from '../parts/button.tsx';
import { HowWeKnow } from '../parts/how-we-know.tsx';
import { DiagnosisNotice } from './diagnosis-notice.tsx';

export function ByHandFailed({ name, problem, onBack }: { name: string; problem: Problem; onBack: () => void }) {
  const { diagnosis } = problem;
  if (diagnosis === undefined) return null;
  return (
    <>
      <div className="card lad-card">
        <div className="lad-head">
          <h2>{name} is not connected yet</h2>
          <p className="sm t2">
            One check failed. The reason and the way out stand below. Nothing was kept of what you typed here.
          </p>
        </div>
        <div className="pane">
          <p className="cause">{diagnosis.text.sentence}</p>
          <p className="sm t2 mt4">{diagnosis.text.means}</p>
          <HowWeKnow
            facts={[]}
            excluded={diagnosis.excluded}
            confidence={diagnosis.confidence}
            likely={diagnosis.likely}
          />
        </div>
      </div>
      <DiagnosisNotice diagnosis={diagnosis} />
      <div className="foot2">
        <span />
        <Button kind="primary" size="large" onClick={onBack}>
          Back to the fields
        </Button>
      </div>
    </>
  );
}
