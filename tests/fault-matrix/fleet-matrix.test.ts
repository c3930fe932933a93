/** The fault matrix as a suite: every cause × first connect, later, during an incident × a fleet of 1, 20 and 10,000, on a moved clock. */
import { beforeAll, describe, expect, test } from 'vitest';
import { runMatrix, type Judged, type Matrix } from '../../bench/src/matrix/matrix.ts';
import { COLUMNS, MATRIX, SIZES } from '../../bench/src/matrix/table.ts';
import { CAUSES, type Cause } from '../../server/src/core/diagnosis.ts';

/** Of one core's work, however busy the machine is besides. Milliseconds. */
const LIMIT_MS = 60_000;
const PATIENCE_MS = 600_000;

const matrices = new Map<number, Matrix>();
let ms = 0;

beforeAll(async () => {
  const began = process.cpuUsage();
  for (const size of SIZES) matrices.set(size, await runMatrix(size));
  const { user, system } = process.cpuUsage(began);
  ms = (user + system) / 1_000;
}, PATIENCE_MS);

const matrixOf = (size: number): Matrix => matrices.get(size) ?? { judged: [], skipped: [] };
const CELLS = COLUMNS.flatMap((column) => Object.keys(CAUSES).map((name) => ({ cause: name as Cause, column })));

test('every cause has its row', () => {
  expect(Object.keys(MATRIX).toSorted()).toEqual(Object.keys(CAUSES).toSorted());
});

describe.each(SIZES.map((size) => ({ size })))('in a fleet of $size', ({ size }) => {
  test.each(CELLS)('$cause, $column', ({ cause, column }) => {
    const { judged, skipped } = matrixOf(size);
    const here = (cell: { cause: Cause; column: string }) => cell.cause === cause && cell.column === column;
    const cell = judged.find(here);
    if (!cell) {
      expect(skipped.find(here)?.never).toMatch(/\w+ \w+ \w+/);
      return;
    }
    expect(cell).toMatchObject({ problems: [] });
    expect(['right', ...allowed(cell)]).toContain(cell.outcome);
  });
});

/** Other faults give the very same answers: no order of causes can be right for all of them. */
const SAME_ANSWERS: Partial<Record<Cause, [Judged['outcome'], string[]]>> = {
  'store.deactivated': ['named', ['first connect']],
  'store.closed': ['named', ['first connect']],
};

function allowed({ cause, column }: Judged): Judged['outcome'][] {
  const [outcome, columns] = SAME_ANSWERS[cause] ?? ['right', []];
  return columns.includes(column) ? [outcome] : [];
}

test('the whole of it takes less than a minute', () => {
  expect(ms).toBeLessThan(LIMIT_MS);
});
