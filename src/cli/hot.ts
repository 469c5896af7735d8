import { openHotApp } from '#app';
import { answerHotLine } from './answer-hot-line.ts';
import { keepCompiled } from './keep-compiled.ts';
import { primeFailure } from './print/prime-failure.ts';
import { type HotLine, readHotLine } from './read-hot-line.ts';
import { readStdinNow, writeNow } from './read-write-now.ts';
import { tellFault } from './tell-fault.ts';

/**
 * The entry of every `baton` line, and the small half of the program (`dist/baton.cjs`): it may import neither commander, zod, TOML nor the
 * declarations, which stand in the other half (`dist/cli.cjs`). What sessions call all the time is answered here; everything else there.
 */
void start(process.argv.slice(2));

async function start(argv: readonly string[]): Promise<void> {
  const line = readHotLine(argv);
  if (line !== undefined && (await isAnswered(line))) return;
  keepCompiled(process.env);
  // The bundler makes this a load of the other half's file.
  const { main } = await import('./main.ts');
  await main(argv);
}

/** Answers a hot line in one write; false where only the whole program can: outside a session, or with settings that have changed. */
async function isAnswered(line: HotLine): Promise<boolean> {
  try {
    const app = await openHotApp({ env: process.env, cwd: process.cwd(), ...(line.town === undefined ? {} : { town: line.town }) });
    if (app === undefined) return false;
    try {
      const { text, exit } = await answerHotLine(app, line, readStdinNow);
      writeNow(1, text);
      process.exitCode = exit;
    } finally {
      await app.close();
    }
  } catch (error) {
    if (isStart(line)) writeNow(1, primeFailure(error));
    const told = tellFault(error, line.isJson);
    writeNow(2, told.text);
    process.exitCode = told.exit;
  }
  return true;
}

function isStart({ name, event }: HotLine): boolean {
  return name === 'prime' || event === 'start';
}
