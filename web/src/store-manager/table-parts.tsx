/** What both tables share: sortable headings, rows in the tab order, the space that a window leaves out. */
import type { ReactNode } from 'react';
import { Icon } from '../parts/icon.tsx';
import type { Filters, Sort } from './ordering.ts';

type HeadingProps = {
  children: ReactNode;
  sort: Sort;
  filters: Filters;
  onSort: (sort: Sort) => void;
  right?: boolean;
  className?: string;
  width?: string;
};

export function SortHeading({ children, sort, filters, onSort, right = false, className = '', width }: HeadingProps) {
  const chosen = filters.sort === sort;
  const direction = filters.dir === 'desc' ? 'descending' : 'ascending';
  return (
    <th
      role="columnheader"
      scope="col"
      className={`${right ? 'r ' : ''}${className}`}
      aria-sort={chosen ? direction : undefined}
      style={width === undefined ? undefined : { width }}
    >
      <button type="button" className="btn-sort" onClick={() => onSort(sort)}>
        {children}
        <Icon name="down" size={12} />
      </button>
    </th>
  );
}

/** Stands for the rows that are not painted. */
export function Space({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null;
  return (
    <tr className="rowspace" aria-hidden="true">
      <td colSpan={columns} style={{ height }} />
    </tr>
  );
}
