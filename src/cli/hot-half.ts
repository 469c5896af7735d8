import { openHotApp } from '#app';
import { workingFolder } from '#host';
import { answerHotLine } from './answer-hot-line.ts';
import { primeFailure } from './print/prime-failure.ts';
import type { HotLine } from './read-hot-line.ts';
import { readStdinNow, writeNow } from './read-write-now.ts';
import { tellFault } from './tell-fault.ts';

/**
 * The small half of the program (`dist/hot.cjs`): it may import neither commander, zod, TOML nor the declarations, which stand in the other half
 * (`dist/cli.cjs`). Answers a hot line in one write; false where only the whole program can: outside a session, or with settings that have changed.
 */
export async function answer(line: HotLine): Promise<boolean> {
  try {
    const app = await openHotApp({ env: process.env, cwd: workingFolder(process.env), ...(line.town === undefined ? {} : { town: line.town }) });
    if (app === undefined) return false;
    try {
      const { text, exit, written } = await answerHotLine(app, line, readStdinNow);
      const isWritten = writeNow(1, text);
      process.exitCode = exit;
      if (isWritten) await written?.();
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
