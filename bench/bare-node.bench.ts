import { comparePairs, countOf, type Measured } from './harness.ts';
import { inMs, printTable } from './print.ts';

/** How much of a ratio is noise: the same program on both sides, and the floor that SQLite lays. */
const bare: Measured = { name: 'node -e 0', command: [process.execPath, '-e', '0'] };
const others: readonly Measured[] = [
  { ...bare, name: 'the same again' },
  { name: 'node:sqlite loaded', command: [process.execPath, '-e', "require('node:sqlite')"] },
  { name: 'node:crypto loaded', command: [process.execPath, '-e', "require('node:crypto')"] },
];

const runs = countOf(41);
const rows = others.map((b) => comparePairs({ name: b.name, runs, a: bare, b }));
printTable(
  `A bare node against itself and its parts, ${runs} pairs each`,
  ['', 'bare node', 'this', 'p90', 'ratio'],
  rows.map((row) => [row.name, inMs(row.aMs), inMs(row.bMs), inMs(row.bP90Ms), row.ratio.toFixed(2)]),
);
