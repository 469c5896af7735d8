// What a person, and CI, read of a test run.

const slowMs = 5000;
const slowCount = 8;

/** One line as soon as a file has ended. */
export function printFile({ file, ms, passed, failures, left, isCut }) {
  if (isCut) return;
  const state = failures.length + left.length > 0 ? 'FAIL' : 'ok  ';
  const failed = failures.length > 0 ? `, ${failures.length} failed` : '';
  console.log(`${state}  ${file}  ${passed} passed${failed}${left.length > 0 ? ', left something behind' : ''}  ${seconds(ms)}`);
}

/** Everything that a reader needs at the end, failures after what is told in every run, the plain count last. What was left counts as one failed test. */
export function printSummary(results, ms) {
  printSkipped(results);
  printSlow(results);
  for (const { file, isCut } of results) if (isCut) console.log(`not reached: ${file}`);
  for (const { file, failures } of results) for (const failure of failures) printFailure(file, failure);
  const left = results.flatMap(({ file, left }) => left.map((what) => `${file} left ${what}`));
  if (left.length > 0) console.log(`\n✗ nothing is left behind: ${left.length} found, and ended or removed\n${indent(left.join('\n'))}`);
  const count = (ofFile) => results.reduce((sum, result) => sum + ofFile(result), 0);
  const passed = count((result) => result.passed);
  const failed = count((result) => result.failures.length) + (left.length > 0 ? 1 : 0);
  const skipped = count((result) => result.skipped.length);
  console.log(`\n${results.filter(({ isCut }) => !isCut).length} files in ${seconds(ms)}`);
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return { passed, failed };
}

function printFailure(file, { name, line, text }) {
  console.log(`\n✗ ${name}\n  ${file}${line === undefined ? '' : `:${line}`}\n${indent(text)}`);
}

function printSkipped(results) {
  const skipped = results.flatMap(({ file, skipped }) => skipped.map(({ name, why }) => `${file}: ${name}${why === undefined ? '' : ` (${why})`}`));
  if (skipped.length > 0) console.log(`\nskipped:\n${indent(skipped.join('\n'))}`);
}

function printSlow(results) {
  const slow = results.filter(({ ms }) => ms > slowMs).sort((a, b) => b.ms - a.ms);
  if (slow.length === 0) return;
  const lines = slow.slice(0, slowCount).map(({ file, ms }) => `${seconds(ms).padStart(7)}  ${file}`);
  console.log(`\nslowest files:\n${indent(lines.join('\n'))}`);
}

function indent(text) {
  return text.replace(/^/gm, '  ');
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
