/** Name and ID of a developer, each to copy: they have to be typed exactly at Amazon. */
import type { DeveloperIdBody } from '../../../server/src/http/contract/connect.ts';
import { CopyButton } from '../parts/failure.tsx';

export function DeveloperValues({
  developer,
}: {
  developer: Pick<DeveloperIdBody, 'developer_name' | 'developer_id'>;
}) {
  const rows = [
    { term: 'Developer’s Name', value: developer.developer_name, label: 'Copy name' },
    { term: 'Developer ID', value: developer.developer_id, label: 'Copy ID' },
  ];
  return (
    <dl className="devv">
      {rows.map(({ term, value, label }) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd className="mono">{value}</dd>
          <dd>
            <CopyButton text={value} label={label} size="row" />
          </dd>
        </div>
      ))}
    </dl>
  );
}
