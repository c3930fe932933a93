/** Step 1: the currency in which the account thinks, and where the store pays out to. */
import type { Catalogue } from '../../../server/src/http/contract/app.ts';
import { Button, LinkButton } from '../parts/button.tsx';
import { SelectField, TextField } from '../parts/field.tsx';
import type { FieldOf } from './field-of.ts';

type Props = { catalogue: Catalogue; field: FieldOf };

const currencyNames = new Intl.DisplayNames(['en'], { type: 'currency' });

export function AccountStep({ catalogue, field }: Props) {
  return (
    <>
      <div className="card">
        <div className="fm">
          <div>
            <h2>Account and currency</h2>
            <p className="sm t2">For your own overview. Nothing is changed at your bank or at Amazon.</p>
          </div>
          <SelectField label="Currency" hint="Totals are shown in it. Each store keeps its own." {...field('currency')}>
            {catalogue.currencies.map((currency) => (
              <option key={currency} value={currency}>
                {currency} · {currencyNames.of(currency)}
              </option>
            ))}
          </SelectField>
          <TextField
            label={
              <>
                Receiving account <span className="t3">(optional)</span>
              </>
            }
            hint="The account the store’s payouts arrive in, as you call it. For example Halden & Roe GmbH ••4021."
            autoComplete="off"
            {...field('receiving_account')}
          />
        </div>
      </div>
      <div className="foot2">
        <LinkButton to="/stores" kind="quiet">
          Cancel
        </LinkButton>
        <Button type="submit" kind="primary" size="large">
          Next
        </Button>
      </div>
    </>
  );
}
