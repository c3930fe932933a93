/** What was asked of the server: on its way, refused, or here. What is here stays on the page when a later asking fails. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failure } from './failure.tsx';
import { Loading, SkeletonCard } from './skeleton.tsx';

type Props<T> = {
  query: Pick<UseQueryResult<T>, 'data' | 'error' | 'isFetching' | 'refetch'>;
  /** In the sentence "Loading …". */
  what: string;
  /** What did not change because of a failure. */
  unchanged: string;
  skeleton?: ReactNode;
  children: (data: T) => ReactNode;
};

export function Answer<T>({ query, what, unchanged, skeleton, children }: Props<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error === null) return <Loading what={what}>{skeleton ?? <SkeletonCard lines={5} />}</Loading>;
  return (
    <Failure
      title={`${what.charAt(0).toUpperCase()}${what.slice(1)} could not be loaded`}
      unchanged={unchanged}
      error={query.error}
      busy={query.isFetching}
      onRetry={() => void query.refetch()}
    />
  );
}
