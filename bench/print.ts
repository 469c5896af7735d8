/** A table for people: a title, the names of the columns, the rows. */
export function printTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  console.log([`\n${title}`, line(head), ...rows.map(line)].join('\n'));
}

/** Says whether a figure keeps its budget (DESIGN.md section 18); one that does not makes the bench exit with 1. `told` is the figure as people read it. */
export function judgeBudget({
  what,
  figure,
  told,
  budget,
  toldBudget,
}: {
  what: string;
  figure: number;
  told: string;
  budget: number;
  toldBudget: string;
}): void {
  const isKept = figure <= budget;
  if (!isKept) process.exitCode = 1;
  console.log(`${isKept ? '✓' : '✗ over budget:'} ${what}: ${told} (budget ${toldBudget})`);
}

/** The middle of the values. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that the given share of the values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** A time as people read it. */
export function inMs(ms: number): string {
  return ms >= 100 ? `${ms.toFixed(0)} ms` : ms >= 1 ? `${ms.toFixed(1)} ms` : `${(ms * 1000).toFixed(1)} µs`;
}

/** A size as people read it. */
export function inMb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
