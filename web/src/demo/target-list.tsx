/** Left: which store, or which region. */
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { Icon } from '../parts/icon.tsx';
import { things } from '../words/counts.ts';
import { REGION_WORDS, sellingSites } from '../words/places.ts';
import { statusWords, VERDICT_FACES } from '../words/verdicts.ts';
import { regionsIn, targetKey, type Target } from './drill-target.ts';

type Props = { stores: readonly StoreBody[]; target: Target | null; onChoose: (target: Target) => void };

function siteShort(store: StoreBody): string {
  const sites = sellingSites(store);
  return sites.length > 1 ? `${store.site} +${sites.length - 1}` : store.site;
}

export function TargetList({ stores, target, onChoose }: Props) {
  const chosen = target === null ? '' : targetKey(target);
  return (
    <section className="card" aria-labelledby="drill-store">
      <div className="hd">
        <h2 id="drill-store">Store</h2>
      </div>
      <ul className="ls" tabIndex={-1}>
        {regionsIn(stores).map(({ region, count }) => {
          const entry: Target = { kind: 'region', region };
          return (
            <li key={region}>
              <button type="button" aria-pressed={chosen === targetKey(entry)} onClick={() => onChoose(entry)}>
                <span className="m5">All of {REGION_WORDS[region]}</span>
                <span className="dot calm">
                  <Icon name="cloud" size={16} />
                </span>
                <span className="s">{things(count, 'store')}</span>
              </button>
            </li>
          );
        })}
        {stores.map((store) => (
          <li key={store.id}>
            <button type="button" aria-pressed={chosen === store.id} onClick={() => onChoose({ kind: 'store', store })}>
              <span className="m5">{store.name}</span>
              <span className={`dot ${VERDICT_FACES[store.verdict].tone}`}>
                <Icon name={VERDICT_FACES[store.verdict].icon} size={16} />
                <span className="vh">{statusWords(store)}</span>
              </span>
              <span className="s">{siteShort(store)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
