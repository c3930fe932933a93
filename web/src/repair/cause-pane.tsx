/** The left half of the dialog: what happened, who acts, the three checks, and how we know. */
import type { Repair } from '../../../server/src/http/contract/connect.ts';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { CheckList } from '../parts/check-list.tsx';
import { HowWeKnow } from '../parts/how-we-know.tsx';
import { MarketplaceStatus } from '../parts/marketplace-status.tsx';
import { CAUSE_WORDS } from '../words/causes.ts';
import { inWords } from '../words/counts.ts';
import { day } from '../words/dates.ts';
import { statusWords } from '../words/verdicts.ts';
import { whoActsLine } from '../words/who.ts';

const DEADLINE_WORDS = {
  recovery: 'Recover by',
  estimated: 'Renew before',
  announced: 'Due',
  decision: 'Decided by',
} as const;

function Facts({ store }: { store: StoreBody }) {
  return (
    <dl className="facts">
      <div>
        <dt>Who acts</dt>
        <dd>{whoActsLine(store)}</dd>
      </div>
      <div>
        <dt>At stake</dt>
        <dd>{store.verdict === 'setup' ? 'none yet' : 'unknown'}</dd>
      </div>
      {store.deadline !== null && (
        <div>
          <dt>{DEADLINE_WORDS[store.deadline.kind]}</dt>
          <dd className="num">
            {day(store.deadline.at)}
            {store.deadline.kind === 'estimated' && <span className="vh">, an estimate</span>}
          </dd>
        </div>
      )}
    </dl>
  );
}

/** Several causes standing: all are named, each with its reason, and what to do about them together. */
function LikelyCauses({ likely, next }: { likely: StoreBody['likely']; next: string | null }) {
  if (likely.length < 2) return null;
  return (
    <div className="likely">
      <p className="m5">
        {likely.length === 2 ? 'One of two causes' : `One of ${inWords(likely.length)} causes`}, most likely first.{' '}
        {next}
      </p>
      <ol className="mt8">
        {likely.map((entry) => (
          <li key={entry.cause}>
            <b>{CAUSE_WORDS[entry.cause]}.</b> <span className="t2">{entry.reason}</span>
            {entry.cause.startsWith('store.') && <span className="t2"> Then reconnecting will not help.</span>}
          </li>
        ))}
      </ol>
    </div>
  );
}

function saysItWillNotHelp(...texts: (string | null)[]): boolean {
  return texts.some((text) => text?.includes('Reconnecting will not help') === true);
}

export function CausePane({ repair, store, blocked }: { repair: Repair; store: StoreBody; blocked: boolean }) {
  const told = repair.diagnosis ?? store;
  const { text } = told;
  // Whoever left a page knows what it showed; a list of what it may have been helps programs, not people.
  const likely = store.verdict === 'setup' ? [] : told.likely;
  return (
    <div className="pane">
      <h3 className="cause">{text.sentence ?? statusWords(store)}</h3>
      {blocked && !saysItWillNotHelp(text.sentence, repair.guide.title) && (
        <p className="mt4">
          <b>Reconnecting will not help.</b>
        </p>
      )}
      {text.means !== null && <p className="sm t2 mt8">{text.means}</p>}
      <MarketplaceStatus store={store} />
      <LikelyCauses likely={likely} next={text.next} />
      <Facts store={store} />
      <h3 className="vh">The three checks</h3>
      <CheckList checks={repair.checks.length > 0 ? repair.checks : store.checks} />
      <HowWeKnow facts={repair.facts} excluded={told.excluded} confidence={told.confidence} likely={likely} />
    </div>
  );
}
