/** Seller ID and MWS auth token in the dialog: the seller is bound, so its ID is shown, not asked; and where both stand. */
import { Link } from '@tanstack/react-router';
import type { Repair } from '../../../server/src/http/contract/connect.ts';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import type { CredentialField } from '../connect/credential-fields.tsx';
import { MwsSellerIdField, MwsTokenField, useDeveloper } from '../connect/mws-fields.tsx';
import { IdentifiersPicture, sellerCentralOf } from '../developers/pictures.tsx';
import { NumberedSteps } from '../developers/where-is-it.tsx';
import { TextField } from '../parts/field.tsx';
import { SellerCentralLink } from './seller-central-link.tsx';

export function MwsPairFields({ store, field }: { store: StoreBody; field: CredentialField }) {
  if (store.seller_id === null) {
    return (
      <>
        <MwsSellerIdField field={field} />
        <MwsTokenField field={field} />
      </>
    );
  }
  const { error } = field('seller_id');
  return (
    <>
      <TextField
        label="Seller ID"
        className="code"
        value={store.seller_id}
        readOnly
        error={error}
        hint="This store’s own. The same must stand beside the token at Amazon."
      />
      <MwsTokenField field={field} />
    </>
  );
}

export function WhereToFindBoth({ repair, store }: { repair: Repair; store: StoreBody }) {
  const developer = useDeveloper(store.site);
  const named =
    developer === undefined ? (
      'our developer'
    ) : (
      <>
        <em>{developer.developer_name}</em>, <em className="num">{developer.developer_id}</em>
      </>
    );
  return (
    <div className="pane second">
      <h3>Where do I find them?</h3>
      <NumberedSteps
        steps={[
          <>
            On <em>Manage your apps</em>, find {named} and click <em className="bt">Enable</em>. Not listed there? Click{' '}
            <em className="bt">Authorize new developer</em> and enter that name and ID.
          </>,
          'Confirm the developer details and accept the terms.',
          <>
            Amazon shows both. Copy them from this page only, each in one go:
            <IdentifiersPicture host={sellerCentralOf(store.site)} ring="both" />
          </>,
        ]}
      />
      <SellerCentralLink repair={repair} label="Open Seller Central" primary={false} />
      <p className="sm t2 mt12">
        Another ID stands in the list?{' '}
        <Link to="/developer-ids" search={{ site: store.site }} target="_blank">
          See which one is for {store.site}
          <span className="vh"> (opens a new tab)</span>
        </Link>
      </p>
    </div>
  );
}
