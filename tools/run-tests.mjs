// `npm test [-- PATH|PART-OF-A-PATH … [-t NAME] [--limit SECONDS] [--no-bundle]]`, `npm run test:agents [-- NAME …]` and
// `npm run test:long [-- --until SECONDS-SINCE-1970]`.
// Each test file is a process of its own, in a place of its own; what it leaves behind fails the run.
import { globSync, rmSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { relative, resolve } from 'node:path';
import { printFile, printSummary } from './print-tests.mjs';
import { agentOf, isOfEveryRun, prepareAgents } from './test-agents.mjs';
import { prepareTestBundle } from './test-bundle.mjs';
import { runTestFile } from './test-file.mjs';
import { makeRunFolder } from './test-place.mjs';

const root = resolve(import.meta.dirname, '..');
const fileLimitMs = 480_000;
const longFileLimitMs = 60 * 60_000;

/** Tests wait more than they compute: with one more at a time than there are cores, these are busy for two thirds of the time. */
const jobs = Number(process.env.BATON_TEST_JOBS ?? availableParallelism() + 2);

/** Runs the tests of `src` and `test`; those of `test/long`, and of agents that not every run tests, only when they are named. Answers the exit code. */
export async function runTests(args) {
  const { words, names, limitMs = fileLimitMs, needsBundle } = readArguments(args);
  const all = findTests(['src/**/*.test.ts', 'test/**/*.test.ts']);
  const files = words.length === 0 ? all.filter((file) => !file.startsWith('test/long/') && isOfEveryRun(file)) : narrow(all, words);
  if (files.length === 0) console.error(`test: no test file matches "${words.join(' ')}"`);
  return runFiles(files, { names, needsBundle, isLong: false, limitMs, jobs });
}

/** Runs the tests of real agents: of all, or of the named. */
export async function runAgentTests(args) {
  const { words, names, limitMs = fileLimitMs, needsBundle } = readArguments(args);
  const all = findTests(['test/agents/*/*.test.ts']);
  const files = words.length === 0 ? all : all.filter((file) => words.some((word) => agentOf(file) === word || file === word));
  if (files.length === 0) console.error(`test: no agent's tests match "${words.join(' ')}"`);
  return runFiles(files, { names, needsBundle, isLong: false, limitMs, jobs });
}

/** Runs the long tests and those of all agents, until the moment that is given: what is cut off or not begun by then is named, and is no failure. */
export async function runLongTests(args) {
  const { words, names, limitMs = longFileLimitMs, until } = readArguments(args);
  const files = narrow([...findTests(['test/long/**/*.test.ts']), ...findTests(['test/agents/*/*.test.ts'])], words);
  return runFiles(files, { names, until, isLong: true, limitMs, jobs: Math.max(1, jobs - 2) });
}

async function runFiles(files, { names, until, needsBundle = true, isLong, limitMs, jobs }) {
  const startedAt = Date.now();
  const { bundle, problem } = needsBundle ? await prepareTestBundle(root) : {};
  const runFolder = makeRunFolder();
  const agents = await prepareAgents(files, runFolder);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop.abort('interrupted'));
  const atEnd = until === undefined ? undefined : setTimeout(() => stop.abort('time'), Math.max(0, until - Date.now()));
  const context = { root, runFolder, bundle, agents, names, isLong, limitMs, signal: stop.signal };
  const results = await runPool(files, jobs, context).finally(() => rmSync(runFolder, { recursive: true, force: true }));
  clearTimeout(atEnd);
  results.push(...failedBefore('tools/build.mjs', 'the bundle is built', problem));
  results.push(...failedBefore('tools/install-agents.mjs', 'the agents are installed', agents.problem));
  if (stop.signal.reason === 'interrupted') console.log('\ninterrupted');
  const { passed, failed } = printSummary(results, Date.now() - startedAt);
  if (stop.signal.reason === 'interrupted') return 130;
  return failed === 0 && (passed > 0 || stop.signal.aborted) ? 0 : 1;
}

/** Runs the files, `jobs` at a time; those not begun when the signal ends the run are answered as cut. */
async function runPool(files, jobs, context) {
  const results = [];
  const waiting = files.map((file, index) => ({ file, n: index + 1 }));
  const runOne = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const result = context.signal.aborted ? notBegun(next.file) : await runTestFile(context, next.file, next.n);
      results.push(result);
      printFile(result);
    }
  };
  await Promise.all(Array.from({ length: jobs }, runOne));
  return results;
}

function failedBefore(file, name, problem) {
  return problem === undefined ? [] : [{ ...notBegun(file), failures: [{ name, text: problem }], isCut: false }];
}

function notBegun(file) {
  return { file, ms: 0, passed: 0, skipped: [], failures: [], left: [], isCut: true };
}

/** Relative paths, the long-lasting kinds first, so that the last file to end is a short one. */
function findTests(patterns) {
  const weight = (file) => (file.startsWith('test/') ? 0 : /(\.tmux|\.pg|-processes|maintenance)\.test\.ts$/.test(file) ? 1 : 2);
  return globSync(patterns, { cwd: root }).sort((a, b) => weight(a) - weight(b) || (a < b ? -1 : 1));
}

/** The files that a word names: as a file anywhere, as a folder, or as a part of the path. */
function narrow(files, words) {
  if (words.length === 0) return files;
  const named = words.filter((word) => word.endsWith('.test.ts') && statSync(resolve(word), { throwIfNoEntry: false })?.isFile());
  const others = words.filter((word) => !named.includes(word)).map((word) => word.replace(/^\.\//, ''));
  return [...new Set([...named.map(relativePath), ...files.filter((file) => others.some((word) => file.includes(word)))])];
}

function relativePath(word) {
  const path = relative(root, resolve(word));
  return path.startsWith('..') ? resolve(word) : path;
}

function readArguments(args) {
  const read = { words: [], names: [], until: undefined, needsBundle: true };
  for (let i = 0; i < args.length; i += 1) {
    if (args[i] === '-t' || args[i] === '--test-name-pattern') read.names.push(args[++i] ?? '');
    else if (args[i] === '--until') read.until = Number(args[++i]) * 1000;
    else if (args[i] === '--limit') read.limitMs = Number(args[++i]) * 1000;
    else if (args[i] === '--no-bundle') read.needsBundle = false;
    else read.words.push(args[i]);
  }
  return read;
}
