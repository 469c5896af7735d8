import assert from 'node:assert/strict';
import { join } from 'node:path';
import { eventually } from '#host/testing';
import type { ScenarioTown } from './town.ts';
import { patienceMs } from './watch-town.ts';

const folder = join(import.meta.dirname, 'agents');

/** Small programs of `test/support/agents`, each as the runtime of this name: the program's file, then its arguments. */
export type SmallAgents = Readonly<Record<string, readonly [file: string, ...words: string[]]>>;

/** The settings that make runtimes of them, which report their own signals. */
export function writeRuntimes(agents: SmallAgents): string {
  const rows = Object.entries(agents).map(
    ([name, [file, ...words]]) => `[runtimes.${name}]\ncommand = ${JSON.stringify([join(folder, file), ...words])}\nsignals = "own"\n`,
  );
  return rows.join('\n');
}

/** The formula `one`, of a step that the program itself closes. */
export const oneStep = { one: '[[steps]]\nid = "only"\ntitle = "the only step"\n' };

/** Adds a crew member to the rig `app`; answers its address. */
export async function addCrew(town: ScenarioTown, name: string): Promise<string> {
  await town.does('crew', 'add', name, '--rig', 'app');
  return `app/crew/${name}`;
}

/** Adds a crew member with a bead of one step on its hook, which does not run yet. */
export async function addBusyCrew(town: ScenarioTown, name: string): Promise<{ bead: string; agent: string }> {
  const agent = await addCrew(town, name);
  const bead = await town.does('--quiet', 'bead', 'create', '--rig', 'app', '--title', `Work of ${name}`);
  await town.does('hook', bead, '--agent', agent);
  await town.does('mol', 'pour', 'one', bead);
  return { bead, agent };
}

/** Starts a crew member whose program ends instead; answers how that was told. */
export async function startInVain(town: ScenarioTown, name: string, runtime: string): Promise<string> {
  const { exit, out, err } = await town.baton(['crew', 'start', name, '--runtime', runtime]);
  assert.equal(exit, 5, out + err);
  return err;
}

/** Waits until the only step of a bead is done. */
export async function waitForStep(town: ScenarioTown, bead: string): Promise<void> {
  const isDone = async () => (await town.app.beads.show(bead)).molecule?.steps.every(({ status }) => status === 'done');
  await eventually(isDone, `the step of ${bead} is done`, patienceMs);
}

/** The calls for a person that stand open about an agent, by their incident. */
export async function incidentsOf(town: ScenarioTown, agent: string): Promise<string[]> {
  return (await town.app.escalations.list()).filter((call) => call.agent === agent).map(({ incident }) => incident ?? '');
}

/** Waits until a life that began with this generation has ended; answers it. */
export async function waitForEnd(town: ScenarioTown, agent: string, generation = 1) {
  return eventually(
    async () => {
      const life = (await town.app.sessions.lineage(agent))[generation - 1];
      return life?.endedAt === undefined ? undefined : life;
    },
    `generation ${generation} of ${agent} has ended`,
    patienceMs,
  );
}
