import { join } from 'node:path';
import { answers } from '../run.ts';

/** `baton demo`: a program of its own, which uses nothing but the `baton` command. */
export const demo = answers({
  ask: async (app, { dir, repo, keep, runtime }: { dir?: string; repo?: string; keep: boolean; runtime?: string }, io) => {
    const programs = app.outside.programs();
    const words = [...(dir === undefined ? [] : ['--dir', dir]), ...(repo === undefined ? [] : ['--repo', repo]), ...(keep ? ['--keep'] : [])];
    if (runtime !== undefined) words.push('--runtime', runtime);
    return { exitCode: await io.runInTerminal([programs.node, join(programs.dir, 'demo.cjs'), ...words]) };
  },
  print: () => '',
  exit: ({ exitCode }) => exitCode,
});
