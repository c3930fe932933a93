/** Step 2: which store, and how: at Amazon, or with credentials typed in. */
import type { Catalogue } from '../../../server/src/http/contract/app.ts';
import { Button } from '../parts/button.tsx';
import { ProblemNotice } from '../parts/failure.tsx';
import { SelectField, TextField } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { Notice } from '../parts/notice.tsx';
import { problemOf } from '../api/request.ts';
import { fieldErrorsOf } from '../api/problem.ts';
import { CredentialFields } from './credential-fields.tsx';
import type { MarketplaceName } from './credentials.ts';
import type { FieldOf } from './field-of.ts';
import { MwsFields } from './mws-fields.tsx';
import { coverHint, sitesByRegion, STORE_FIELDS } from './store-form.ts';
import { MarketplacePick, WayPick } from './way-picks.tsx';
import { offered, siteOf, type Marketplace, type Way } from './ways.ts';

type Props = {
  catalogue: Catalogue;
  field: FieldOf;
  chosen: { marketplace: MarketplaceName; site: string; way: Way };
  onMarketplace: (marketplace: Marketplace) => void;
  onWay: (way: Way) => void;
  busy: boolean;
  error: Error | null;
  onBack: () => void;
};

/** What no field can show: the server's sentence, or that no app is set up. */
function Refusal({ error }: { error: Error | null }) {
  if (error === null) return null;
  const { fields, others } = fieldErrorsOf(problemOf(error), STORE_FIELDS);
  if (Object.keys(fields).length > 0 && others.length === 0) return null;
  return <ProblemNotice error={error} leaveOut={Object.values(fields)} />;
}

function NoApp({ label }: { label: string }) {
  return (
    <Notice tone="calm" icon="wrench">
      <b>No app is set up for {label} yet.</b> Whoever runs this Storekeeper must do that first.
    </Notice>
  );
}

function SiteField({ marketplace, site, field }: { marketplace: Marketplace; site: string; field: FieldOf }) {
  return (
    <SelectField label="Marketplace site" hint={coverHint(marketplace, site)} {...field('site')}>
      {sitesByRegion(marketplace).map((group) => (
        <optgroup key={group.region} label={group.region}>
          {group.sites.map((entry) => (
            <option
              key={entry.site}
              value={entry.site}
              disabled={marketplace.app_name !== null && entry.app_name === null}
            >
              {entry.site} · {entry.country}
              {marketplace.app_name !== null && entry.app_name === null && ' · not set up'}
            </option>
          ))}
        </optgroup>
      ))}
    </SelectField>
  );
}

function StepFoot({ byHand, busy, onBack }: { byHand: boolean; busy: boolean; onBack: () => void }) {
  return (
    <>
      <div className="foot2">
        <Button kind="quiet" onClick={onBack}>
          Back
        </Button>
        <Button type="submit" kind="primary" size="large" busy={busy}>
          {byHand ? 'Check and connect' : 'Continue to Amazon'}
          {!byHand && <Icon name="arrow" size={15} />}
        </Button>
      </div>
      {busy && byHand && (
        <p className="asof mt12" role="status">
          We ask Amazon test by test. This takes a few seconds.
        </p>
      )}
    </>
  );
}

function TypedIn({ marketplace, site, field }: { marketplace: MarketplaceName; site: string; field: FieldOf }) {
  return marketplace === 'amazon-mws' ? <MwsFields field={field} site={site} /> : <CredentialFields field={field} />;
}

export function StoreStep({ catalogue, field, chosen, onMarketplace, onWay, busy, error, onBack }: Props) {
  const { site, way } = chosen;
  const choices = offered(catalogue);
  const marketplace = choices.find((one) => one.marketplace === chosen.marketplace) ?? choices[0];
  if (marketplace === undefined) return <NoApp label="Amazon" />;
  const automatic = siteOf(marketplace, site)?.automatic !== false || marketplace.app_name === null;
  return (
    <>
      <div className="card">
        <div className="fm">
          <div>
            <h2>Which store?</h2>
            <p className="sm t2">
              The name is yours to choose. The rest must match what is registered at the marketplace.
            </p>
          </div>
          {marketplace.app_name === null && <NoApp label={marketplace.label} />}
          <MarketplacePick marketplaces={choices} chosen={marketplace.marketplace} onChoose={onMarketplace} />
          <div className="two">
            <SiteField marketplace={marketplace} site={site} field={field} />
            <TextField
              label="Store name"
              autoComplete="off"
              hint="As you call it, for example Blue Bird."
              {...field('name')}
            />
          </div>
          <TextField
            label={
              <>
                E-mail of the store’s owner at Amazon <span className="t3">(optional)</span>
              </>
            }
            type="email"
            autoComplete="off"
            hint="Reminders go there. Without it they go to you."
            {...field('email')}
          />
          <WayPick marketplace={marketplace.marketplace} automatic={automatic} way={way} onWay={onWay} />
          {way === 'by_hand' && <TypedIn marketplace={marketplace.marketplace} site={site} field={field} />}
          <Refusal error={error} />
        </div>
      </div>
      <StepFoot byHand={way === 'by_hand'} busy={busy} onBack={onBack} />
    </>
  );
}
