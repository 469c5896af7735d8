import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault, minute } from '#base';
import type { Settings } from '#config';
import { buildEnvironment, runProgram, systemClock } from '#host';
import { giveLease, openStore, updateStore } from '#store';
import { type TownPaths, townPaths } from '#town/model';
import type { Deps, Programs } from './deps.ts';
import { endDaemon } from './end-daemon.ts';
import { installPrograms } from './install-programs.ts';
import { describeOffice } from './office.ts';
import { findDaemon } from './reach-daemon.ts';

/** The word that makes the daemon's program only bring the store up to date, and the exit code with which it says that another daemon has the town. */
export const updateWord = '--update';
export const takenExit = 75;

const updateMsMax = 2 * minute;
const lookMs = 100;

interface OlderTown {
  readonly root: string;
  readonly paths: TownPaths;
  readonly settings: Settings;
  readonly env: Deps['env'];
  readonly programs: Programs;
}

/**
 * Has the store of a town brought up to date that an older Baton made (S6): the older daemon is drained, then the daemon's own program migrates it under
 * the town's lease, after a copy. No daemon is left running that was not wanted; sessions live on. Many at once are fine: one does it, the others wait.
 */
export async function updateTown(town: OlderTown): Promise<void> {
  const { dir, node } = installPrograms(town);
  const env = buildEnvironment(town.env, { pass: town.settings.get('env.pass') });
  const deadline = systemClock.monotonic() + updateMsMax;
  for (;;) {
    const daemon = findDaemon(town);
    if (daemon !== undefined) await endDaemon({ clock: systemClock }, daemon);
    const { code, stdout, stderr } = await runProgram({ cwd: town.root, env }, [node, join(dir, 'daemon.cjs'), town.root, updateWord]);
    if (code === 0) return;
    if (code !== takenExit || systemClock.monotonic() > deadline)
      throw new Fault('unavailable', `the store could not be brought up to date: ${lastLine(`${stdout}${stderr}`)}`, {
        hint: `what it was is kept in ${town.paths.copies}`,
      });
    await sleep(lookMs);
  }
}

function lastLine(text: string): string {
  const line = text.trimEnd().split('\n').at(-1) ?? '';
  return /"message":"(.*)"\}$/.exec(line)?.[1] ?? line;
}

/** What the daemon's program does with `--update`: migrates under the lease, and gives that back. */
export async function updateStoreOnly(root: string): Promise<'current' | 'taken'> {
  const office = describeOffice();
  const paths = townPaths(root);
  const answer = await updateStore({ clock: systemClock }, { path: paths.store, copyDir: paths.copies, lease: office });
  if (answer.kind === 'taken') return 'taken';
  const store = await openStore({ clock: systemClock }, paths.store);
  try {
    await giveLease(store, office);
  } finally {
    await store.close();
  }
  return 'current';
}
