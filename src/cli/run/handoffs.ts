import type { PrimeStatus } from '#app';
import type { Signal } from '#runtimes/model';
import { answers } from '../run.ts';

/** `baton prime`: only with `--hook` alone does it change anything. */
export const prime = answers({
  ask: async (app, { hook, state, dryRun }: { hook: boolean; state: boolean; dryRun: boolean }, io) => {
    if (state) return toSeedFields(await app.signals.primeStatus(undefined));
    if (!hook || dryRun) return app.signals.prime(undefined);
    const { stdout, exitCode, written } = await app.signals.signal('start', await io.readStdin());
    return { text: stdout, exitCode, written };
  },
  print: (answer) => ('text' in answer ? answer.text : answer.state),
  exit: (answer) => ('exitCode' in answer ? answer.exitCode : 0),
  written: async (answer) => ('written' in answer ? answer.written?.() : undefined),
});

/** The state with the names that the seed's programs read (seed 5, section 5). */
function toSeedFields({ state, role, agent, session, predecessor, checkpointAgeS, bead, document }: PrimeStatus) {
  return { state, role, agent, session, prev_session: predecessor, checkpoint_age_s: checkpointAgeS, hooked_bead: bead, document };
}

/** `baton signal`: the answer is in the form of the runtime that called. */
export const signal = answers({
  ask: async (app, { name }: { name: Signal }, io) => app.signals.signal(name, await io.readStdin()),
  print: ({ stdout }) => stdout,
  exit: ({ exitCode }) => exitCode,
  written: async ({ written }) => written?.(),
});

/** `baton keepalive`: opening the town has noted it already, as for every command of a session. */
export const keepalive = answers({
  ask: async (app) => ({ agent: (await app.agents.here()).address }),
  print: () => '',
});
