/** Pages of Seller Central as it stood in the years of MWS, drawn, never a screenshot; the text alternative says the same. */
import type { DeveloperIdBody } from '../../../server/src/http/contract/connect.ts';

type Half = 'seller_id' | 'mws_auth_token';

const HALVES: readonly { half: Half; label: string; shape: string }[] = [
  { half: 'seller_id', label: 'Seller ID', shape: 'A••••••••••••' },
  { half: 'mws_auth_token', label: 'MWS Auth Token', shape: 'amzn.mws.••••••••-••••-••••-••••-••••••••••••' },
];

/** The last page of *Authorize new developer* and of *Enable*: both values on one page; `ring` marks the one asked for. */
export function IdentifiersPicture({ host, ring }: { host: string; ring: Half | 'both' }) {
  const ringed = HALVES.filter(({ half }) => ring === 'both' || ring === half);
  return (
    <figure
      className="pic"
      role="img"
      aria-label={`Picture: Amazon’s last page shows the Seller ID, which begins with A, and beneath it the MWS Auth Token, which begins with amzn.mws. Ringed: ${ringed.map(({ label }) => label).join(' and ')}`}
    >
      <div className="pb">
        <span>Seller identifiers</span>
        <span>{host}</span>
      </div>
      {HALVES.map(({ half, label, shape }) => (
        <div key={half} className={`pk${ringed.some((one) => one.half === half) ? ' hl' : ''}`}>
          <b>{label}</b>
          <span className="mono">{shape}</span>
        </div>
      ))}
      <div className="pk">
        <b>Marketplace IDs</b>
        <span className="sk w55" />
      </div>
    </figure>
  );
}

/** The first page of *Authorize new developer*, filled in as it has to be. */
export function NewDeveloperPicture({
  developer,
  host,
}: {
  developer: Pick<DeveloperIdBody, 'developer_name' | 'developer_id'>;
  host: string;
}) {
  return (
    <figure
      className="pic"
      role="img"
      aria-label={`Picture: on Authorize new developer, the field Developer’s Name holds ${developer.developer_name}, the field Developer ID holds ${developer.developer_id}, and the button Next is ringed`}
    >
      <div className="pb">
        <span>Authorize new developer</span>
        <span>{host}</span>
      </div>
      <div className="pk">
        <b>Developer’s Name</b>
        <span className="box">{developer.developer_name}</span>
      </div>
      <div className="pk">
        <b>Developer ID</b>
        <span className="box num">{developer.developer_id}</span>
      </div>
      <div className="pk">
        <span />
        <span>
          <span className="go">Next</span>
        </span>
      </div>
    </figure>
  );
}

/** What the picture says it is of: the site's own Seller Central. */
export function sellerCentralOf(site: string): string {
  return `Seller Central · ${site}`;
}
