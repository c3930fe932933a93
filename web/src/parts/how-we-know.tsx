/** Evidence, one click away: facts with their time, then what was ruled out and why. Codes live here and nowhere else. */
import type { DiagnosisBody } from '../../../server/src/http/contract/store.ts';
import { useNow } from '../api/product-clock.ts';
import { CAUSE_WORDS, confidenceWords } from '../words/causes.ts';
import { things } from '../words/counts.ts';
import { clockSeconds, dayHeading, fullTime, sameDay } from '../words/dates.ts';
import { Icon } from './icon.tsx';

export type Fact = { at: string; text: string; call: string | null; code: string | null };

type Props = {
  facts: readonly Fact[];
  excluded: DiagnosisBody['excluded'];
  confidence: DiagnosisBody['confidence'] | null;
  likely: DiagnosisBody['likely'];
};

/** Facts under their day, in the order in which they happened. */
export function factsByDay(facts: readonly Fact[]): Fact[][] {
  const days: Fact[][] = [];
  for (const fact of [...facts].sort((a, b) => a.at.localeCompare(b.at))) {
    const last = days.at(-1);
    if (last?.[0] !== undefined && sameDay(last[0].at, fact.at)) last.push(fact);
    else days.push([fact]);
  }
  return days;
}

export function FactList({ facts }: { facts: readonly Fact[] }) {
  const now = useNow();
  return (
    <>
      {factsByDay(facts).map((day) => (
        <div key={day[0]?.at}>
          <p className="k">{day[0] === undefined ? '' : dayHeading(day[0].at, now)}</p>
          <ul>
            {day.map((fact) => (
              <li key={`${fact.at}-${fact.text}`}>
                <time className="mono" dateTime={fact.at} title={fullTime(fact.at)}>
                  {clockSeconds(fact.at)}
                </time>
                <span>
                  {fact.text}
                  {(fact.call !== null || fact.code !== null) && (
                    <span className="mono"> {[fact.call, fact.code].filter((part) => part !== null).join(' · ')}</span>
                  )}
                </span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </>
  );
}

export function HowWeKnow({ facts, excluded, confidence, likely }: Props) {
  const unsure = confidenceWords(confidence, likely);
  if (facts.length === 0 && excluded.length === 0) return null;
  const found = [
    facts.length === 0 ? '' : things(facts.length, 'fact'),
    excluded.length === 0 ? '' : `${things(excluded.length, 'other cause')} ruled out`,
  ].filter((part) => part !== '');
  return (
    <details className="know">
      <summary>
        <Icon name="right" size={14} />
        <span>
          How we know <span className="t3">· {found.join(', ')}</span>
        </span>
      </summary>
      <div className="ev">
        {unsure !== '' && <p>{unsure}</p>}
        <FactList facts={facts} />
        {excluded.length > 0 && (
          <>
            <p className="k">Ruled out</p>
            <ul className="said-list">
              {excluded.map((entry) => (
                <li key={entry.cause} style={{ display: 'block' }}>
                  {CAUSE_WORDS[entry.cause]}: <span className="t2">{entry.reason}</span>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </details>
  );
}
