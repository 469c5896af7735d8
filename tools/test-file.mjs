// One test file: its process, its time limit, what came of it.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clearLeftovers } from './leftovers.mjs';
import { agentOf } from './test-agents.mjs';
import { makePlace, placeEnvironment } from './test-place.mjs';

/** The reporter ends a file at its limit and says why; one whose event loop is blocked is ended from here, a little later. */
const blockedMs = 3000;
const heldPipesMs = 500;
const outputBytesMax = 40_000;

/** A test that says nothing else has this long, so that one that hangs is named and the others of its file go on. */
const testMs = 300_000;

/**
 * Runs one file. Answers `{ file, ms, passed, skipped, failures: [{ name, text }], left: [sentence], isCut }`; `isCut` when `signal` ended
 * it, which is no failure.
 */
export async function runTestFile({ root, runFolder, bundle, agents, limitMs, isLong, names, signal }, file, n) {
  const place = makePlace(runFolder, n);
  const startedAt = Date.now();
  const ended = await runProcess({ root, file, place, bundle, agents, limitMs, isLong, names, signal });
  const ms = Date.now() - startedAt;
  const facts = readFacts(place.report);
  const isCut = signal?.aborted === true && ended.code !== 0;
  const left = await clearLeftovers(place, { isCut });
  const tests = facts.filter(({ kind }) => kind === 'test');
  const count = (outcome) => tests.filter((test) => test.outcome === outcome).length;
  const failures = isCut ? [] : judgeFile({ ended, facts, tests, isNarrowed: names.length > 0, limitMs });
  // What a file that was cut off in its middle would have taken away itself is ended and removed all the same.
  const kept = isCut ? [] : left;
  return { file, ms, passed: count('passed'), skipped: tests.filter(({ outcome }) => outcome === 'skipped'), failures, left: kept, isCut };
}

/** The failed tests; or, when none says why the file failed, the reason for that. */
function judgeFile({ ended, facts, tests, isNarrowed, limitMs }) {
  const failed = tests.filter(({ outcome }) => outcome === 'failed').map(({ name, line, error }) => ({ name, line, text: error }));
  const end = facts.find(({ kind }) => kind === 'limit' || kind === 'open');
  const whole = judgeEnd({ ended, end, hasTests: tests.length > 0 || isNarrowed, hasFailed: failed.length > 0, limitMs });
  const output = ended.output.trim() === '' ? '' : `\n--- what it printed ---\n${ended.output.trim()}`;
  if (whole !== undefined) failed.push({ name: 'the file itself', text: whole });
  const last = failed.at(-1);
  if (last !== undefined) last.text += output;
  return failed;
}

function judgeEnd({ ended, end, hasTests, hasFailed, limitMs }) {
  const held = end === undefined ? '' : `; held by ${end.resources.join(', ') || 'nothing that Node knows'}`;
  if (end?.kind === 'open') return `all its tests have ended, but the process does not${held}`;
  if (end !== undefined) return `over its limit of ${limitMs / 1000} s, still running: ${end.running.join(' > ') || 'no test'}${held}`;
  if (ended.isLate) return `over its limit of ${limitMs / 1000} s, and its event loop is blocked`;
  if (ended.signal !== null) return `ended by ${ended.signal}`;
  if (ended.code !== 0 && !hasFailed) return `exit code ${ended.code}, and no failed test says why`;
  return hasTests ? undefined : 'there is no test in it';
}

function runProcess({ root, file, place, bundle, agents, limitMs, isLong, names, signal }) {
  const flags = [
    '--test-reporter',
    join(root, 'tools/reporter.mjs'),
    '--test-timeout',
    String(isLong ? limitMs : Math.min(testMs, limitMs)),
    '--disable-warning=ExperimentalWarning',
  ];
  const narrowed = names.flatMap((name) => ['--test-name-pattern', name]);
  const env = placeEnvironment(place, {
    ...(bundle === undefined ? {} : { BATON_TEST_DIST: bundle }),
    BATON_TEST_LIMIT_MS: String(limitMs),
    // What a file compiles of our sources is kept for the next ones, and for the processes of sources that a file starts: half of what starting one costs.
    NODE_COMPILE_CACHE: join(root, '.cache/compiled'),
    ...(isLong ? { BATON_TEST_LONG: '1' } : {}),
    ...agents.env,
  });
  return new Promise((resolve, reject) => {
    const prefix = agentOf(file) === undefined ? [] : agents.prefix;
    const [command, ...args] = [...prefix, process.execPath, ...flags, ...narrowed, file];
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let isLate = false;
    const gather = (chunk) => {
      output = `${output}${chunk}`.slice(-outputBytesMax);
    };
    const cut = () => child.kill('SIGKILL');
    const late = setTimeout(() => {
      isLate = true;
      cut();
    }, limitMs + blockedMs);
    child.stdout.on('data', gather);
    child.stderr.on('data', gather);
    child.on('error', reject);
    child.on('exit', (code, killedBy) => {
      clearTimeout(late);
      signal?.removeEventListener('abort', cut);
      const end = () => {
        clearTimeout(held);
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({ code, signal: killedBy, output, isLate });
      };
      // A process that was left behind may hold the pipes open: then they are not waited for.
      const held = setTimeout(end, heldPipesMs);
      child.on('close', end);
    });
    signal?.addEventListener('abort', cut);
    if (signal?.aborted) cut();
  });
}

/** The last line may be torn when the process was killed while it wrote. */
function readFacts(path) {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
