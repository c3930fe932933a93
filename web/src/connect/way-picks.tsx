/** The two choices of *Your store*: which way into Amazon, and confirming there or typing in. */
import { day } from '../words/dates.ts';
import { isLegacy, type Marketplace, type Way } from './ways.ts';

type Choice = { value: string; title: string; text: string; tag?: string };

function Picks({
  legend,
  name,
  picks,
  chosen,
  onChoose,
}: {
  legend: string;
  name: string;
  picks: readonly Choice[];
  chosen: string;
  onChoose: (value: string) => void;
}) {
  return (
    <fieldset>
      <legend className="fl">{legend}</legend>
      <div className="pick">
        {picks.map(({ value, title, text, tag }) => (
          <label key={value}>
            <input type="radio" name={name} checked={chosen === value} onChange={() => onChoose(value)} />
            <span>
              <b className="m5">{title}</b> {tag !== undefined && <span className="tag">{tag}</span>}
              <br />
              <span className="t3 xs">{text}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** ` Amazon retired it on 31 Mar 2024.` */
function retiredWords({ retired_on: on }: { retired_on: string | null }): string {
  return on === null ? '' : ` Amazon retired it on ${day(`${on}T12:00:00Z`)}.`;
}

export function MarketplacePick({
  marketplaces,
  chosen,
  onChoose,
}: {
  marketplaces: readonly Marketplace[];
  chosen: Marketplace['marketplace'];
  onChoose: (marketplace: Marketplace) => void;
}) {
  if (marketplaces.length < 2) return null;
  const picks = marketplaces.map((one) =>
    isLegacy(one)
      ? { value: one.marketplace, title: 'MWS', text: `For stores that still use it.${retiredWords(one)}` }
      : {
          value: one.marketplace,
          title: 'Selling Partner API',
          tag: 'recommended',
          text: 'Amazon’s way of today, for every store.',
        },
  );
  return (
    <Picks
      legend="Which way into Amazon?"
      name="marketplace"
      picks={picks}
      chosen={chosen}
      onChoose={(value) => {
        const found = marketplaces.find((one) => one.marketplace === value);
        if (found !== undefined) onChoose(found);
      }}
    />
  );
}

const CONSENT = { value: 'consent', title: 'At Amazon', text: 'You confirm there, we do the rest. One minute.' };
const BY_HAND = {
  amazon: { value: 'by_hand', title: 'By hand', text: 'You paste a refresh token that you already have.' },
  'amazon-mws': { value: 'by_hand', title: 'By hand', text: 'You paste seller ID and MWS auth token.' },
} as const satisfies Record<Marketplace['marketplace'], Choice>;

/** Nothing is chosen where there is one way alone; then it is said why. */
export function WayPick({
  marketplace,
  automatic,
  way,
  onWay,
}: {
  marketplace: Marketplace['marketplace'];
  automatic: boolean;
  way: Way;
  onWay: (way: Way) => void;
}) {
  if (!automatic) {
    return (
      <p className="sm t2">
        For this site Amazon has no page on which you confirm: seller ID and MWS auth token are typed in by hand.
      </p>
    );
  }
  return (
    <Picks
      legend="How do you want to connect?"
      name="way"
      picks={[CONSENT, BY_HAND[marketplace]]}
      chosen={way}
      onChoose={(value) => onWay(value === 'by_hand' ? 'by_hand' : 'consent')}
    />
  );
}
