import type { App } from '#app';
import { faultTable, isFault, toFault } from '#base';
import type { Signal } from '#runtimes/model';
import { primeFailure } from '../print/prime-failure.ts';
import { plain } from '../print/width.ts';
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

type Handing = {
  target?: string;
  subject?: string;
  message?: string;
  stdin: boolean;
  reason?: string;
  dryRun: boolean;
};

/** `baton handoff`: of oneself, of another agent, or with a bead that is hooked first. */
export const handoff = answers({
  ask: async (app, input: Handing, io) => {
    const request = { agent: await handingAgent(app, input), subject: input.subject ?? '', notes: await notesOf(input, io), reason: input.reason };
    if (input.dryRun) return { kind: 'preview' as const, ...(await app.signals.previewHandoff(request)) };
    return app.signals.handOff(request);
  },
  print: (answer) => {
    if (answer.kind === 'preview') return `${answer.subject}\n\n${plain(answer.document)}`;
    const stop = answer.isOwn ? ' Stop here.' : '';
    if (answer.kind === 'notes-added') return `already handed off (${answer.handoff}): these notes are kept for the successor.${stop}`;
    if (answer.kind === 'already') return `already handed off (${answer.handoff}), and nothing new was said.${stop}`;
    if (answer.kind === 'too-late')
      return `already handed off (${answer.handoff}), and its successor has started: these notes are NOT kept. Tell it: baton mail send ${answer.agent} -s SUBJECT -m TEXT`;
    const next = answer.to === undefined ? '' : ` Generation ${answer.to.generation} (${answer.to.session}) goes on with it.`;
    return answer.isOwn ? `handed off, stop here.${next}` : `handed off ${answer.agent}.${next}`;
  },
  // Words that are kept nowhere are no success.
  exit: (answer) => (answer.kind === 'too-late' ? faultTable.conflict.exit : 0),
  ids: (answer) => (answer.kind === 'preview' ? [] : [answer.handoff]),
});

/** Whose handoff it is; a bead goes on the caller's hook first, which is a conflict where another hangs. */
async function handingAgent(app: App, { target, dryRun }: Handing): Promise<string | undefined> {
  if (target === undefined) return undefined;
  try {
    return (await app.agents.find(target)).address;
  } catch (error) {
    if (!isFault(error, 'not-found')) throw error;
    const isBead = await app.beads.show(target).then(
      () => true,
      () => false,
    );
    if (!isBead) throw error;
    if (!dryRun) await app.hooks.hook({ bead: target });
    return undefined;
  }
}

async function notesOf({ message, stdin }: Handing, io: Io): Promise<string> {
  return [message ?? '', stdin ? await io.readStdin() : ''].filter((part) => part.trim() !== '').join('\n\n');
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
