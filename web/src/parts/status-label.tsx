/** Icon + word + colour: never one of them alone. */
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { VERDICT_FACES, statusWords } from '../words/verdicts.ts';
import { Icon } from './icon.tsx';

export function StatusLabel({
  store,
  asPill = false,
}: {
  store: Pick<StoreBody, 'verdict' | 'text'>;
  asPill?: boolean;
}) {
  const face = VERDICT_FACES[store.verdict];
  return (
    <span className={`st ${face.tone}${face.pill || asPill ? ' pill' : ''}`}>
      <Icon name={face.icon} size={15} className={face.icon === 'arc' ? 'spin' : ''} />
      {statusWords(store)}
    </span>
  );
}
