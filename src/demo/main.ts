import { formatDuration, isFault } from '#base';
import { systemClock } from '#host';
import { readOptions } from './read-options.ts';
import { runDemo } from './run-demo.ts';

/** `demo.cjs [--dir DIR] [--repo PATH|URL] [--keep] [--runtime NAME]`: see README. Exit 0 only if everything that it promises held. */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), process.cwd());
  const end = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => end.abort(name));
  const startedAt = systemClock.monotonic();
  const outcome = await runDemo({ options, env: process.env, clock: systemClock, signal: end.signal, out: process.stdout });
  process.stdout.write(`\n${outcome.isGood ? 'Everything held' : 'NOT everything held'}, in ${formatDuration(systemClock.monotonic() - startedAt)}.\n`);
  return outcome.isGood ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const text = isFault(error)
      ? `baton demo: ${error.message}\n${error.hint === undefined ? '' : `  hint: ${error.hint}\n`}`
      : `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
    process.stderr.write(text);
    process.exit(1);
  },
);
