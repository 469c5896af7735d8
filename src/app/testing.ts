import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '#base';
import { hostIdentity, systemChance, systemClock } from '#host';
import { type Cleanup, tempDir } from '#host/testing';
import { openStore } from '#store';
import { createTown } from '#town';
import type { Deps, Programs } from './deps.ts';
import { openDeps } from './open-deps.ts';

// What the daemon's duties are made of, for towns that are simulated: there panes and processes are a model, everything else is real.
export type { Deps } from './deps.ts';
export { carryOut } from './duties/carry-out.ts';
export { makeMassDeathLook } from './duties/look-for-mass-death.ts';
export { type Planned, planRound } from './duties/plan-round.ts';
export type { Observe } from './duties/read-facts.ts';
export { receipts } from './duties/receipts.ts';
export { makeRests } from './duties/rests.ts';
export { planCycle } from './duties/rules.ts';
export { makeStopwatch } from './duties/stopwatch.ts';
export { tellOutage } from './duties/tell-outage.ts';
export { watch } from './duties/watch.ts';
export { answerSignal } from './verbs/answer-signal.ts';
export { orderStart } from './verbs/order-start.ts';

/** A town of its own, on the machine's clock where none is handed in, with everything that verbs are handed; gone after the test. */
export async function appTown(
  test: Cleanup,
  { programs = { node: process.execPath, dir: '/nonexistent' }, clock }: { programs?: Programs; clock?: Clock } = {},
): Promise<Deps & { dir: string }> {
  const dir = tempDir(test);
  const { root } = await createTown({ clock: systemClock, chance: systemChance, host: hostIdentity() }, { dir: join(dir, 'town') });
  const env = { PATH: process.env.PATH, HOME: dir, XDG_RUNTIME_DIR: dir, TMUX_TMPDIR: dir };
  const deps = await openDeps({ env, cwd: root, town: root, by: { actor: 'overseer' }, programs });
  test.after(() => deps.store.close());
  if (clock === undefined) return { ...deps, dir };
  const store = await openStore({ clock }, deps.paths.store);
  test.after(() => store.close());
  return { ...deps, dir, clock, store };
}

/** A folder of programs as a build makes it; `daemon` is the text of its daemon. */
export function fakePrograms(
  dir: string,
  { version = '1.0.0', hash = 'a'.repeat(40), daemon = '' }: { version?: string; hash?: string; daemon?: string } = {},
): Programs {
  mkdirSync(dir, { recursive: true });
  for (const [name, text] of Object.entries({
    'baton.cjs': `console.log(${JSON.stringify(`baton ${version}`)}, ...process.argv.slice(2))`,
    'daemon.cjs': daemon,
    'notes.txt': 'not a program',
    'version.json': JSON.stringify({ version, hash }),
  }))
    writeFileSync(join(dir, name), text);
  return { node: process.execPath, dir };
}
