/** The whole matrix: what every cell shows, held against what is true. */
import { causeRule, type Cause } from '../../../server/src/core/diagnosis.ts';
import { realConnector } from '../fleet/run.ts';
import { connectEach, type FirstConnect } from './first-connect.ts';
import { isSlow, play, type Seen, type Wanted } from './happening.ts';
import { MATRIX, type Cell, type Column, type First, type Happening, type Row, type Size } from './table.ts';

/** Weather and faults of ours do not fail a first connect: the token is kept, and the store connects by itself afterwards. */
const WAITS: readonly Cause[] = [
  'mkt.outage',
  'mkt.auth_incident',
  'mkt.throttle',
  'own.network',
  'own.clock',
  'unknown',
];

export type Judged = {
  cause: Cause;
  column: Column;
  size: Size;
  seen: Seen;
  /**
   * - `right`: the truth comes first (or is the notice, or the store waits as it should)
   * - `named`: the truth is among the likely; another fault gives the same answers and comes first
   */
  outcome: 'right' | 'named' | 'wrong';
  /** What else is not as it should be; empty when all is. */
  problems: string[];
};
export type Skipped = { cause: Cause; column: Column; size: Size; never: string };
export type Matrix = { judged: Judged[]; skipped: Skipped[] };

type Done = { cause: Cause; column: Column; size: Size; cell: Exclude<Cell<First | Happening>, { never: string }> };

export async function runMatrix(size: Size): Promise<Matrix> {
  const skipped: Skipped[] = [];
  const wanted: Done[] = [];
  for (const [cause, row] of Object.entries(MATRIX) as [Cause, Row][]) {
    for (const [column, cell] of cellsOf(row)) {
      const why = whyNot(cell, size);
      if (why !== null) skipped.push({ cause, column, size, never: why });
      else if (!('never' in cell)) wanted.push({ cause, column, size, cell });
    }
  }
  const seen = new Map<Done, Seen>([...(await connectAll(wanted, size)), ...playAll(wanted, size)]);
  const judged = wanted.map((done) => judgeCell(done, seen.get(done)));
  return { judged, skipped };
}

function cellsOf({ first, later, during }: Row): [Column, Cell<First | Happening>][] {
  return [
    ['first connect', first],
    ['later', later],
    ['during an incident', during],
  ];
}

function whyNot(cell: Cell<First | Happening>, size: Size): string | null {
  if ('never' in cell) return cell.never;
  return size === 1 && cell.alone && 'by' in cell && cell.by === 'weather' ? cell.alone.never : null;
}

const isHappening = (cell: First | Happening): cell is Happening =>
  cell.by === 'fault' || cell.by === 'weather' || cell.by === 'clock';

async function connectAll(wanted: readonly Done[], size: Size): Promise<[Done, Seen][]> {
  const firsts = wanted.flatMap((done) => (isHappening(done.cell) ? [] : [{ done, first: done.cell }]));
  const attempts: FirstConnect[] = firsts.map(({ done, first }) => ({ first, incident: isIncident(done) }));
  const seen = await connectEach(attempts, size - 1);
  return firsts.flatMap(({ done }, i) => {
    const one = seen[i];
    return one ? [[done, one]] : [];
  });
}

function isIncident({ column }: Done): boolean {
  return column === 'during an incident';
}

/** In a crowd the faults of single stores stand side by side in one fleet; in small fleets, and all weather, alone. */
function playAll(wanted: readonly Done[], size: Size): [Done, Seen][] {
  const connector = realConnector();
  const scenes = new Map<string, { done: Done; wanted: Wanted }[]>();
  for (const done of wanted) {
    const { cell, cause, column } = done;
    if (!isHappening(cell)) continue;
    const together = size === 10_000 && cell.by === 'fault' && !isSlow(cell);
    const scene = together ? column : `${column}: ${cause}`;
    const happens = { done, wanted: { happening: cell, size, incident: isIncident(done) } };
    scenes.set(scene, [...(scenes.get(scene) ?? []), happens]);
  }
  return [...scenes.values()].flatMap((scene) => {
    const seen = play(
      scene.map((happens) => happens.wanted),
      connector,
    );
    return scene.flatMap(({ done }, i): [Done, Seen][] => {
      const one = seen[i];
      return one ? [[done, one]] : [];
    });
  });
}

function judgeCell(done: Done, seen: Seen | undefined): Judged {
  const { cause, column, size } = done;
  if (!seen) throw new Error(`${cause}, ${column} was not played`);
  return { cause, column, size, seen, outcome: outcomeOf(done, seen), problems: problemsOf(done, seen) };
}

function outcomeOf({ cause, cell }: Done, { cause: shown, likely, notices }: Seen): Judged['outcome'] {
  const noticed = causeRule(cause).leadsTo === 'notice' && notices.includes(cause);
  const waits = shown === 'waits' && WAITS.includes(cause);
  if (shown === cause || noticed || waits) return 'right';
  if (shown === null) return 'wrong';
  return shown === cell.among && likely.includes(cause) ? 'named' : 'wrong';
}

/** A seller is told of what was proven to be the store's own, once; nobody else is told anything. */
function problemsOf({ cell, column }: Done, { cause: shown, likely, told, othersTold }: Seen): string[] {
  const problems: string[] = [];
  if (othersTold > 0) problems.push(`${othersTold} other sellers were told`);
  if (likely.length > 0 && likely[0] !== shown) problems.push('the first of the likely is not what is shown');
  const tells = isHappening(cell) && shown !== null && shown !== 'waits' && TELLS.has(causeRule(shown).leadsTo);
  if (told !== (tells ? 1 : 0)) problems.push(`the seller was told ${told} times ${column}`);
  return problems;
}

const TELLS: ReadonlySet<string> = new Set(['reconnect', 'store_blocked', 'limited']);
