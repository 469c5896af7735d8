// A reporter for node:test that runs inside each test file's process and writes one JSON line per fact to `BATON_TEST_REPORT`. The runner
// (run-tests.mjs) reads them when the process has ended. It also ends a process that does not end by itself, and says what holds it.
import { openSync, writeSync } from 'node:fs';
import { inspect } from 'node:util';

const limitMs = Number(process.env.BATON_TEST_LIMIT_MS);

/** When no test has been running for so long, all have ended, and what keeps the process alive was left open. */
const openMs = Math.min(20_000, limitMs / 2);

export default async function* reporter(events) {
  const report = openSync(process.env.BATON_TEST_REPORT, 'a');
  const write = (fact) => writeSync(report, `${JSON.stringify(fact)}\n`);
  const watch = watchProcess(write);
  const parents = new Set();
  for await (const { type, data } of events) {
    if (type === 'test:dequeue') watch.begin(data);
    if (type === 'test:complete') watch.end(data);
    if (type === 'test:pass' || type === 'test:fail') {
      const fact = describeTest(type, data, parents.delete(data.nesting + 1));
      parents.add(data.nesting);
      if (fact !== undefined) write(fact);
    }
    yield '';
  }
  watch.stop();
}

/** A leaf counts as a test. What has children counts only when it fails by itself, for instance in a hook. */
function describeTest(type, data, hasChildren) {
  const error = data.details.error;
  const isGroup = hasChildren || data.details.type === 'suite';
  if (isGroup && (type === 'test:pass' || error.failureType === 'subtestsFailed')) return undefined;
  const isSkipped = data.skip !== undefined || data.todo !== undefined;
  const outcome = isSkipped ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed';
  const why = typeof data.skip === 'string' ? data.skip : undefined;
  return {
    kind: 'test',
    outcome,
    name: data.name,
    line: data.line,
    ms: Math.round(data.details.duration_ms),
    why,
    error: outcome === 'failed' ? explain(error) : undefined,
  };
}

/** The error that the test threw, without the frames of Node itself. */
function explain(error) {
  const cause = error.failureType === 'testTimeoutFailure' || error.cause === undefined ? error.message : error.cause;
  const isComparison = cause?.code === 'ERR_ASSERTION' && cause.generatedMessage === true;
  const text = typeof cause === 'string' ? cause : isComparison ? cause.stack : inspect(cause, { depth: 6, maxStringLength: 20_000 });
  return text.replace(/\n +at [^\n]*\bnode:[^\n]*?( \{)?(?=\n|$)/g, '$1');
}

/** Its timers keep nothing alive: one that fires shows that something else does. */
function watchProcess(write) {
  const running = new Map();
  let open;
  const giveUp = (kind) => {
    write({ kind, running: [...running.values()], resources: process.getActiveResourcesInfo() });
    process.exit(1);
  };
  const limit = setTimeout(() => giveUp('limit'), limitMs).unref();
  return {
    begin(data) {
      clearTimeout(open);
      running.set(`${data.nesting} ${data.name}`, data.name);
    },
    end(data) {
      running.delete(`${data.nesting} ${data.name}`);
      clearTimeout(open);
      if (running.size === 0) open = setTimeout(() => giveUp('open'), openMs).unref();
    },
    stop() {
      clearTimeout(limit);
      clearTimeout(open);
    },
  };
}
