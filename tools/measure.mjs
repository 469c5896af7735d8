// `npm run measure`: how long the files and functions of src are, and which rooms import each other. The largest may only shrink.
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readSources } from '../test/support/read-sources.ts';
import { isForTests, roomOf } from '../test/support/rooms.ts';

const root = resolve(import.meta.dirname, '..');
const largestCount = 3;

const paths = globSync('src/**/*.ts', { cwd: root, exclude: (path) => path.endsWith('fixtures') });
const sources = readSources(Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')])));
const [tests, product] = [sources.filter(({ path }) => isForTests(path)), sources.filter(({ path }) => !isForTests(path))];

printTable([
  ['', 'count', 'lines', 'median', 'p90', 'largest'],
  row('files of src', product.map(fileSize)),
  row('functions of src', product.flatMap(functionSizes)),
  row('test files', tests.map(fileSize)),
  row('functions in tests', tests.flatMap(functionSizes)),
]);
console.log('A function counts when it has a name or is longer than a line.');
const pairs = listTwoWayPairs(product);
console.log(
  `two-way pairs of rooms: ${pairs.length === 0 ? 'none' : pairs.join(', ')} (${new Set(product.flatMap(({ path }) => roomOf(path) ?? [])).size} rooms)`,
);

function fileSize({ path, lineCount }) {
  return { name: path.replace(/^src\//, ''), lineCount };
}

function functionSizes({ path, functions }) {
  return functions.map(({ name, line, lineCount }) => ({ name: `${name} ${path.replace(/^src\//, '')}:${line}`, lineCount }));
}

function row(label, sizes) {
  const sorted = sizes.toSorted((a, b) => b.lineCount - a.lineCount || (a.name < b.name ? -1 : 1));
  const largest = sorted.slice(0, largestCount).map(({ name, lineCount }) => `${lineCount} ${name}`);
  const total = sizes.reduce((sum, { lineCount }) => sum + lineCount, 0);
  return [label, sizes.length, total, quantile(sorted, 0.5), quantile(sorted, 0.9), largest.join(' · ')];
}

/** The length that the given share of the sizes does not exceed; they are sorted from the largest. */
function quantile(sorted, share) {
  return sorted.length === 0 ? '–' : sorted[sorted.length - Math.max(1, Math.ceil(share * sorted.length))].lineCount;
}

/** Pairs of rooms that import each other, statically or not, by type or not. */
function listTwoWayPairs(files) {
  const edges = new Set(
    files.flatMap(({ path, imports }) =>
      imports.flatMap(({ specifier }) => (specifier?.startsWith('#') ? [`${roomOf(path)} ${specifier.slice(1).split('/')[0]}`] : [])),
    ),
  );
  return [...edges]
    .map((edge) => edge.split(' '))
    .filter(([from, to]) => from < to && edges.has(`${to} ${from}`))
    .map(([from, to]) => `${from} ⇄ ${to}`);
}

function printTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((one) => String(one[column]).length)));
  for (const one of rows) {
    const cells = one.map((cell, column) =>
      column === 0 || column === one.length - 1 ? String(cell).padEnd(widths[column]) : String(cell).padStart(widths[column]),
    );
    console.log(cells.join('  ').trimEnd());
  }
}
