/** *Where do I find this?*: the way to the page of Seller Central that shows it, and that page drawn. Closed at first. */
import type { ReactNode } from 'react';
import type { DeveloperIdBody } from '../../../server/src/http/contract/connect.ts';
import { Icon } from '../parts/icon.tsx';
import { IdentifiersPicture, NewDeveloperPicture, sellerCentralOf } from './pictures.tsx';

export function NumberedSteps({ steps }: { steps: readonly ReactNode[] }) {
  return (
    <ol className="gs">
      {steps.map((step, place) => (
        <li key={`step-${place + 1}`}>
          <span className="d" aria-hidden="true">
            {place + 1}
          </span>
          {step}
        </li>
      ))}
    </ol>
  );
}

const TO_MANAGE_YOUR_APPS = (
  <>
    Sign in to Seller Central as the store’s <em>primary user</em>. Under <em>Settings</em>, open{' '}
    <em>User Permissions</em>, find <em>Third party developer and apps</em> and click{' '}
    <em className="bt">Visit Manage Your Apps</em>.
  </>
);

const BACK_AGAIN = (
  <>
    Is the developer listed there already, as <em>Disabled</em>? Then click <em className="bt">Enable</em> in its row
    instead.
  </>
);

/** From the front page of Seller Central to the page with both values. */
export function AuthorizeSteps({
  developer,
  site,
  ring,
}: {
  developer: DeveloperIdBody | undefined;
  site: string;
  ring: 'seller_id' | 'mws_auth_token' | 'both';
}) {
  const host = sellerCentralOf(site);
  return (
    <NumberedSteps
      steps={[
        TO_MANAGE_YOUR_APPS,
        <>
          Click <em className="bt">Authorize new developer</em>
          {developer === undefined ? ' and enter our name and ID' : ', enter exactly this'} and click{' '}
          <em className="bt">Next</em>. {BACK_AGAIN}
          {developer !== undefined && <NewDeveloperPicture developer={developer} host={host} />}
        </>,
        <>
          Tick the box and click <em className="bt">Next</em>. Amazon shows both; copy them from this page only, each in
          one go:
          <IdentifiersPicture host={host} ring={ring} />
        </>,
      ]}
    />
  );
}

export function WhereIsIt({ what, children }: { what: string; children: ReactNode }) {
  return (
    <details className="know where">
      <summary>
        <Icon name="right" size={14} />
        Where do I find this?<span className="vh"> {what}</span>
      </summary>
      <div className="body">{children}</div>
    </details>
  );
}
