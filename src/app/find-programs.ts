import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { workingFolder } from '#host';
import type { Programs } from './deps.ts';

/**
 * Where our bundles are: `BATON_TEST_DIST` for tests, else beside the program that runs, else `dist` of the checkout that it runs from.
 */
export function findPrograms(env: Readonly<Record<string, string | undefined>>, main: string | undefined): Programs {
  const beside = main === undefined || !existsSync(main) ? workingFolder(env) : dirname(realpathSync(main));
  const dir = [env.BATON_TEST_DIST, beside, join(beside, '..', '..', 'dist')].find((folder) => folder !== undefined && existsSync(join(folder, 'daemon.cjs')));
  return { node: process.execPath, dir: dir ?? beside };
}
