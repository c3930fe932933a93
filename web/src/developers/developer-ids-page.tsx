/** *Developer IDs*: name and ID to look for in Manage your apps, for one site and for every region. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { DeveloperIdBody } from '../../../server/src/http/contract/connect.ts';
import { developerIdsQuery } from '../api/queries.ts';
import { Answer } from '../parts/answer.tsx';
import { LinkButton } from '../parts/button.tsx';
import { SelectField, TextField } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { RowPicture } from '../repair/guide-steps.tsx';
import { REGION_WORDS, REGIONS } from '../words/places.ts';
import { byDeveloper, developerFor, judgeId, type IdJudgement } from './developer-table.ts';
import { DeveloperValues } from './developer-values.tsx';
import { NewDeveloperPicture, sellerCentralOf } from './pictures.tsx';

const route = getRouteApi('/inside/developer-ids');

const FACES = {
  right: { tone: 'good', icon: 'tick' },
  other_region: { tone: 'act', icon: 'crossed' },
  not_ours: { tone: 'warn', icon: 'alert' },
  malformed: { tone: 'warn', icon: 'alert' },
} as const satisfies Record<IdJudgement['kind'], object>;

/** What somebody sees or chose at Amazon, judged as it is typed: nothing is sent anywhere. */
function CheckOne({ list, site }: { list: readonly DeveloperIdBody[]; site: string }) {
  const [typed, setTyped] = useState('');
  const judged = judgeId(typed, { list, site });
  const face = judged === null ? null : FACES[judged.kind];
  return (
    <div className="stack">
      <TextField
        label="Check an ID that you see or chose at Amazon"
        hint={`Twelve digits. We say whether it is the right one for ${site}.`}
        className="code"
        autoComplete="off"
        inputMode="numeric"
        maxLength={40}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <div role="status">
        {judged !== null && face !== null && (
          <Notice tone={face.tone} icon={face.icon}>
            {judged.text}
          </Notice>
        )}
      </div>
    </div>
  );
}

/** Both places at Amazon where name and ID stand. */
function AtAmazon({ developer }: { developer: DeveloperIdBody }) {
  const host = sellerCentralOf(developer.site);
  const row = {
    host,
    app_name: developer.developer_name,
    app_id: developer.developer_id,
    status: 'Active',
    date: null,
    button: 'Renew',
  };
  return (
    <div className="stack">
      <div>
        <h3>Authorized already</h3>
        <p className="sm t2 mt4">
          On <b>Manage your apps</b> this row is ours. Its button is <b>Renew</b>, or <b>Enable</b> after the access was
          switched off.
        </p>
        <RowPicture picture={row} />
      </div>
      <div>
        <h3>Not listed there yet</h3>
        <p className="sm t2 mt4">
          Click <b>Authorize new developer</b>. Amazon asks for both:
        </p>
        <NewDeveloperPicture developer={developer} host={host} />
      </div>
    </div>
  );
}

function ForSite({
  list,
  site,
  onSite,
}: {
  list: readonly DeveloperIdBody[];
  site: string;
  onSite: (site: string) => void;
}) {
  const developer = developerFor(list, site);
  return (
    <section className="card" aria-labelledby="for-site">
      <div className="devpage">
        <div className="stack">
          <SelectField label="Your store’s site" value={site} onChange={(event) => onSite(event.currentTarget.value)}>
            {REGIONS.map((region) => {
              const sites = list.filter((entry) => entry.region === region);
              return sites.length === 0 ? null : (
                <optgroup key={region} label={REGION_WORDS[region]}>
                  {sites.map((entry) => (
                    <option key={entry.site} value={entry.site}>
                      {entry.site}
                    </option>
                  ))}
                </optgroup>
              );
            })}
          </SelectField>
          {developer !== undefined && (
            <div className="stack">
              <h2 id="for-site">Look for this in Manage your apps</h2>
              <DeveloperValues developer={developer} />
              {developer.automatic && (
                <p className="hint">
                  Nothing of it has to be typed when you connect at Amazon; it is what stands in your list afterwards.
                </p>
              )}
            </div>
          )}
          <CheckOne list={list} site={site} />
        </div>
        {developer !== undefined && <AtAmazon developer={developer} />}
      </div>
    </section>
  );
}

function AllRegions({ list }: { list: readonly DeveloperIdBody[] }) {
  return (
    <section className="card" aria-labelledby="all-regions">
      <div className="hd">
        <h2 id="all-regions">Every region</h2>
      </div>
      <table className="tblm mid devt" role="table" aria-labelledby="all-regions">
        <thead role="rowgroup">
          <tr role="row">
            {['Region', 'Developer name', 'Developer ID', 'Sites'].map((heading) => (
              <th key={heading} role="columnheader" scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {byDeveloper(list).map((developer) => (
            <tr role="row" key={`${developer.region}-${developer.developer_id}`}>
              <td role="cell" className="m5">
                {REGION_WORDS[developer.region]}
              </td>
              <td role="cell">{developer.developer_name}</td>
              <td role="cell" className="mono num">
                {developer.developer_id}
              </td>
              <td role="cell" className="t2">
                {developer.sites.join(', ')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Nothing() {
  return (
    <section className="card er">
      <h2>No developer ID is set up here</h2>
      <p className="t2">
        Developer IDs belong to MWS, Amazon’s former way. This Storekeeper connects stores by the Selling Partner API,
        where you confirm at Amazon and look for nothing.
      </p>
      <div className="row wrap mt12">
        <LinkButton to="/connect" kind="primary">
          Connect a store
        </LinkButton>
      </div>
    </section>
  );
}

function Loaded({ list }: { list: readonly DeveloperIdBody[] }) {
  const { site: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const site = list.some((entry) => entry.site === asked) ? (asked ?? '') : (list[0]?.site ?? '');
  if (list.length === 0) return <Nothing />;
  return (
    <div className="stack">
      <ForSite
        list={list}
        site={site}
        onSite={(next) => void navigate({ search: { site: next }, replace: true, resetScroll: false })}
      />
      <AllRegions list={list} />
    </div>
  );
}

export function DeveloperIdsPage() {
  const ids = useQuery(developerIdsQuery);
  return (
    <Page
      title="Developer IDs"
      crumb="Developer IDs"
      sub={<p className="sm t2">For stores on MWS. Every region has its own; the wrong one opens nothing.</p>}
    >
      <Answer query={ids} what="the developer IDs" unchanged="Nothing was changed at your stores.">
        {({ data }) => <Loaded list={data} />}
      </Answer>
    </Page>
  );
}
