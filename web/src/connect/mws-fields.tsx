/** The typed-in credentials of MWS: seller ID and auth token, each explained. Never filled by the browser, never echoed. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { developerIdsQuery } from '../api/queries.ts';
import { developerFor } from '../developers/developer-table.ts';
import { DeveloperValues } from '../developers/developer-values.tsx';
import { IdentifiersPicture, sellerCentralOf } from '../developers/pictures.tsx';
import { AuthorizeSteps, WhereIsIt } from '../developers/where-is-it.tsx';
import { TextField } from '../parts/field.tsx';
import { AuthorizedOnField, type CredentialField } from './credential-fields.tsx';

/** The operator's developer for a site; undefined while it is not known. */
export function useDeveloper(site: string) {
  const { data } = useQuery(developerIdsQuery);
  return data === undefined ? undefined : developerFor(data.data, site);
}

export function MwsTokenField({ field }: { field: CredentialField }) {
  return (
    <TextField
      label="MWS auth token"
      hint="Begins with amzn.mws. and has 45 characters."
      className="code"
      autoComplete="off"
      spellCheck={false}
      autoCapitalize="none"
      {...field('mws_auth_token')}
    />
  );
}

export function MwsSellerIdField({ field }: { field: CredentialField }) {
  return (
    <TextField
      label="Seller ID"
      hint="Begins with A, 10 to 21 capital letters and digits."
      className="code"
      autoComplete="off"
      spellCheck={false}
      autoCapitalize="characters"
      {...field('seller_id')}
    />
  );
}

function OurDeveloper({ site }: { site: string }) {
  const developer = useDeveloper(site);
  return (
    <div className="soft">
      <p>
        <b>Not authorized at Amazon yet?</b> Do that first: on <em className="bl">Manage your apps</em>, click{' '}
        <em className="bl">Authorize new developer</em>
        {developer === undefined ? '.' : ` and enter exactly this, for ${site}:`}
      </p>
      {developer !== undefined && <DeveloperValues developer={developer} />}
      <p className="xs t2">
        Every region has its own ID.{' '}
        <Link to="/developer-ids" search={{ site }} target="_blank">
          All developer IDs<span className="vh"> (opens a new tab)</span>
        </Link>
      </p>
    </div>
  );
}

export function MwsFields({ field, site }: { field: CredentialField; site: string }) {
  const developer = useDeveloper(site);
  return (
    <>
      <OurDeveloper site={site} />
      <div>
        <MwsSellerIdField field={field} />
        <WhereIsIt what="Seller ID">
          <p className="sm t2 mt4">
            It stands above the MWS Auth Token, on the page that Amazon shows after you authorized the developer.
            Elsewhere Seller Central calls it <b>Merchant Token</b>: <b>Settings</b>, <b>Account Info</b>.
          </p>
          <IdentifiersPicture host={sellerCentralOf(site)} ring="seller_id" />
        </WhereIsIt>
      </div>
      <div>
        <MwsTokenField field={field} />
        <WhereIsIt what="MWS auth token">
          <AuthorizeSteps developer={developer} site={site} ring="mws_auth_token" />
        </WhereIsIt>
      </div>
      <AuthorizedOnField field={field} />
    </>
  );
}
