/** Tables for people: columns side by side, numbers to the right. */
type Cell = string | number;

export function table(title: string, rows: readonly (readonly Cell[])[]): string {
  const [head = []] = rows;
  const shown = rows.map((row) => row.map(show));
  const widths = head.map((_, column) => Math.max(...shown.map((row) => row[column]?.length ?? 0)));
  const lines = shown.map((row, line) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0, isRight(rows, { line, column })))
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [title, '', lines[0], rule, ...lines.slice(1)].join('\n');
}

/** A heading stands as what is under it. */
function isRight(rows: readonly (readonly Cell[])[], { line, column }: { line: number; column: number }): boolean {
  return typeof (line === 0 ? rows[1] : rows[line])?.[column] === 'number';
}

function pad(cell: string, width: number, right: boolean): string {
  return right ? cell.padStart(width) : cell.padEnd(width);
}

function show(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  if (!Number.isFinite(cell)) return '–';
  return Number.isInteger(cell) ? cell.toLocaleString('en-GB') : cell.toFixed(Math.abs(cell) < 10 ? 2 : 1);
}
