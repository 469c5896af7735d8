import { resolve } from 'node:path';
import { answers } from '../run.ts';

/** `baton init [DIR]` */
export const init = answers({
  ask: (app, { dir = '.' }: { dir?: string }, io) => app.outside.createTown(resolve(io.cwd, dir)),
  print: ({ kind, root }) =>
    kind === 'already'
      ? `there is a town at ${root} already; nothing was changed`
      : `made a town at ${root}\n\nWhat to do next, in it:\n  baton rig add NAME REPO     take a repository into care\n  baton crew add NAME         add an agent of your own\n  baton up                    start`,
  ids: ({ root }) => [root],
});
