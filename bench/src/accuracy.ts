/** Diagnosis on the fault matrix: right, or honestly one of several; and what was taken for what. */
import type { Cause } from '../../server/src/core/diagnosis.ts';
import { runMatrix, type Judged, type Skipped } from './matrix/matrix.ts';
import { SIZES } from './matrix/table.ts';
import { once, type Result } from './result.ts';
import { table } from './table.ts';

/** The whole matrix must be played in this. Seconds. */
const LIMIT_S = 60;

export async function benchAccuracy({ quick }: { quick: boolean }): Promise<{ results: Result[]; text: string }> {
  const began = performance.now();
  const judged: Judged[] = [];
  const skipped: Skipped[] = [];
  for (const size of SIZES) {
    if (quick && size === 10_000) continue;
    const matrix = await runMatrix(size);
    judged.push(...matrix.judged);
    skipped.push(...matrix.skipped);
  }
  const seconds = (performance.now() - began) / 1_000;
  return {
    results: resultsOf(judged, { skipped, seconds }),
    text: [confusion(judged), openOnes(judged), never(skipped)].join('\n\n'),
  };
}

function resultsOf(judged: readonly Judged[], { skipped, seconds }: { skipped: readonly Skipped[]; seconds: number }) {
  const count = (outcome: Judged['outcome']) => judged.filter((one) => one.outcome === outcome).length;
  const figure = (name: string, value: number, limit?: number): Result =>
    once(`judge/matrix, ${name}`, { value, unit: 'count', limit });
  const honest = count('right') + count('named');
  return [
    figure('cells judged', judged.length),
    figure('cells that cannot come about', skipped.length),
    figure('the truth first', count('right')),
    figure('the truth among the likely, behind a fault with the same answers', count('named')),
    figure('wrong', count('wrong'), 0),
    figure(
      'told to the wrong people, or not as often as once',
      judged.filter((one) => one.problems.length > 0).length,
      0,
    ),
    once('judge/matrix, share that is right or honestly one of several', {
      value: honest / judged.length,
      unit: 'share',
    }),
    once('judge/matrix, the whole of it', { value: seconds, unit: 's', limit: LIMIT_S }),
  ];
}

/** What was shown, for each cause, over all columns and fleets. */
function confusion(judged: readonly Judged[]): string {
  const rows = [...Map.groupBy(judged, ({ cause }) => cause)].map(
    ([cause, cells]) => [cause, cells.length, shownFor(cause, cells)] as const,
  );
  return table('Confusion matrix: what is true, in how many cells, and what was shown', [
    ['true cause', 'cells', 'shown'],
    ...rows,
  ]);
}

function shownFor(cause: Cause, cells: readonly Judged[]): string {
  const shown = cells.map(({ seen }) =>
    seen.notices.includes(cause) ? `${cause} (notice)` : (seen.cause ?? 'nothing'),
  );
  return [...Map.groupBy(shown, (name) => name)].map(([name, { length }]) => `${name} ${length}`).join(' · ');
}

function openOnes(judged: readonly Judged[]): string {
  const rows = judged.filter(({ outcome, problems }) => outcome !== 'right' || problems.length > 0);
  return table('Where the truth does not come first', [
    ['true cause', 'when', 'fleet', 'shown', 'likely', 'so it is'],
    ...rows.map(({ cause, column, size, seen, outcome, problems }) => [
      cause,
      column,
      size,
      seen.cause ?? 'nothing',
      seen.likely.join(', '),
      [outcome, ...problems].join('; '),
    ]),
  ]);
}

function never(skipped: readonly Skipped[]): string {
  const reasons = [...Map.groupBy(skipped, ({ cause, never: why }) => `${cause}|${why}`).values()].map((cells) => {
    const [first] = cells;
    const columns = [...new Set(cells.map(({ column }) => column))].join(', ');
    return [first?.cause ?? '', columns, first?.never ?? ''] as const;
  });
  return table('Cells that cannot come about', [['cause', 'when', 'why'], ...reasons]);
}
