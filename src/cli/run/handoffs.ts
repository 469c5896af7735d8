import type { App } from '#app';
import { faultTable, toFault } from '#base';
import type { Signal } from '#runtimes/model';
import { primeFailure } from '../print/prime-failure.ts';
import { answers, type Io } from '../run.ts';

/** `baton prime` */
export const prime = answers({
  ask: async (app, { hook, state }: { hook: boolean; state: boolean; dryRun: boolean }, io) => {
    if (hook) {
      const { stdout, exitCode } = await answerSignal(app, 'start', io);
      return { text: stdout, exitCode };
    }
    const read = await app.signals.prime(undefined);
    return state ? { state: read.state, exitCode: 0 } : { ...read, exitCode: 0 };
  },
  print: (answer) => ('text' in answer ? answer.text : answer.state),
  exit: ({ exitCode }) => exitCode,
});

/** A start signal that fails is told on stdout, where the agent reads it (P5); every other one as any command. */
async function answerSignal(app: App, name: Signal, io: Io): Promise<{ stdout: string; exitCode: number }> {
  try {
    return await app.signals.signal(name, await io.readStdin());
  } catch (error) {
    if (name !== 'start') throw error;
    return { stdout: primeFailure(error), exitCode: faultTable[toFault(error).kind].exit };
  }
}

/** `baton signal`: the answer is in the form of the runtime that called. */
export const signal = answers({
  ask: (app, { name }: { name: Signal }, io) => answerSignal(app, name, io),
  print: ({ stdout }) => stdout,
  exit: ({ exitCode }) => exitCode,
});

/** `baton keepalive`: opening the town has noted it already, as for every command of a session. */
export const keepalive = answers({
  ask: async (app) => ({ agent: (await app.agents.here()).address }),
  print: () => '',
});
