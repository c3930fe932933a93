/** The three checks: name left, result right, evidence beneath. What cannot be asked is never shown as passed. */
import type { CheckBody } from '../../../server/src/http/contract/store.ts';
import { CHECK_FACES } from '../words/verdicts.ts';
import { Icon } from './icon.tsx';

export function CheckList({ checks }: { checks: readonly CheckBody[] }) {
  return (
    <ul className="chk" aria-label="The three checks">
      {checks.map((check) => {
        const face = CHECK_FACES[check.result];
        return (
          <li key={check.name} className={face.tone}>
            <Icon name={face.icon} size={19} className={check.result === 'running' ? 'spin' : ''} />
            <b>{check.title}</b>
            <span className="v">{check.word}</span>
            {check.evidence !== '' && <span className="e">{check.evidence}</span>}
          </li>
        );
      })}
    </ul>
  );
}
