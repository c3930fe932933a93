/** The way from the settings to the developer IDs; shown only where MWS is set up. */
import { useQuery } from '@tanstack/react-query';
import { developerIdsQuery } from '../api/queries.ts';
import { byDeveloper } from '../developers/developer-table.ts';
import { LinkButton } from '../parts/button.tsx';

export function DeveloperIds() {
  const { data } = useQuery(developerIdsQuery);
  const developers = byDeveloper(data?.data ?? []);
  if (developers.length === 0) return null;
  return (
    <section className="card" aria-labelledby="developer-ids-heading">
      <div className="hd">
        <h2 id="developer-ids-heading">Developer IDs</h2>
        <span className="grow" />
        <LinkButton to="/developer-ids" search={{}} size="row">
          Show all
        </LinkButton>
      </div>
      <p className="bd sm t2">
        What you look for in Amazon’s Manage your apps, for stores on MWS:{' '}
        {developers.map(({ developer_name }) => developer_name).join(', ')}.
      </p>
    </section>
  );
}
