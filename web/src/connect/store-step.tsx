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
import type { FieldOf } from './field-of.ts';
import { coverHint, sitesByRegion, STORE_FIELDS } from './store-form.ts';

export type Way = 'consent' | 'by_hand';

type Props = {
  catalogue: Catalogue;
  field: FieldOf;
  way: Way;
  onWay: (way: Way) => void;
  site: string;
  busy: boolean;
  error: Error | null;
  onBack: () => void;
};

const WAYS: readonly { way: Way; title: string; text: string }[] = [
  { way: 'consent', title: 'At Amazon', text: 'You confirm there, we do the rest. One minute.' },
  { way: 'by_hand', title: 'By hand', text: 'You paste a refresh token that you already have.' },
];

function WayPick({ way, onWay }: Pick<Props, 'way' | 'onWay'>) {
  return (
    <fieldset>
      <legend className="fl">How do you want to connect?</legend>
      <div className="pick">
        {WAYS.map((entry) => (
          <label key={entry.way}>
            <input type="radio" name="way" checked={way === entry.way} onChange={() => onWay(entry.way)} />
            <span>
              <b className="m5">{entry.title}</b>
              <br />
              <span className="t3 xs">{entry.text}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** What no field can show: the server's sentence, or that no app is set up. */
function Refusal({ error }: { error: Error | null }) {
  if (error === null) return null;
  const { fields, others } = fieldErrorsOf(problemOf(error), STORE_FIELDS);
  if (Object.keys(fields).length > 0 && others.length === 0) return null;
  return <ProblemNotice error={error} leaveOut={Object.values(fields)} />;
}

export function StoreStep({ catalogue, field, way, onWay, site, busy, error, onBack }: Props) {
  const marketplace = catalogue.marketplaces[0];
  const noApp = marketplace?.app_name === null;
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
          {noApp && (
            <Notice tone="calm" icon="wrench">
              <b>No app is set up for {marketplace.label} yet.</b> Whoever runs this Storekeeper must do that first.
            </Notice>
          )}
          <WayPick way={way} onWay={onWay} />
          <div className="two">
            <SelectField label="Marketplace" defaultValue={marketplace?.marketplace ?? ''}>
              {catalogue.marketplaces.map((entry) => (
                <option key={entry.marketplace} value={entry.marketplace}>
                  {entry.label}
                </option>
              ))}
            </SelectField>
            <SelectField label="Site" hint={coverHint(marketplace, site)} {...field('site')}>
              {sitesByRegion(marketplace).map((group) => (
                <optgroup key={group.region} label={group.region}>
                  {group.sites.map((entry) => (
                    <option key={entry.site} value={entry.site}>
                      {entry.site} · {entry.country}
                    </option>
                  ))}
                </optgroup>
              ))}
            </SelectField>
          </div>
          <TextField
            label="Store name"
            autoComplete="off"
            hint="As you call it, for example Blue Bird."
            {...field('name')}
          />
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
          {way === 'by_hand' && <CredentialFields field={field} />}
          <Refusal error={error} />
        </div>
      </div>
      <div className="foot2">
        <Button kind="quiet" onClick={onBack}>
          Back
        </Button>
        <Button type="submit" kind="primary" size="large" busy={busy}>
          {way === 'consent' ? 'Continue to Amazon' : 'Check and connect'}
          {way === 'consent' && <Icon name="arrow" size={15} />}
        </Button>
      </div>
      {busy && way === 'by_hand' && (
        <p className="asof mt12" role="status">
          We ask Amazon test by test. This takes a few seconds.
        </p>
      )}
    </>
  );
}
