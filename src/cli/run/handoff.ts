import type { App } from '#app';
import { Fault, faultTable, isFault } from '#base';
import { handoffLine } from '../print/handoff.ts';
import { plain } from '../print/width.ts';
import { answers, type Io } from '../run.ts';

type Handing = {
  target?: string;
  subject?: string;
  message?: string;
  stdin: boolean;
  reason?: string;
  collect: boolean;
  auto: boolean;
  cycle: boolean;
  now: boolean;
  dryRun: boolean;
  watch: boolean;
};

/** `baton handoff`: of oneself, of another agent, or with a bead that is hooked first; or only a save of what is known. */
export const handoff = answers({
  ask: async (app, input: Handing, io) => {
    if (input.auto && input.cycle) throw new Fault('invalid', 'both --auto and --cycle are said', { hint: '--auto saves and lives on; --cycle is replaced' });
    if (input.stdin && input.message !== undefined) throw new Fault('invalid', 'both --message and --stdin are said', { hint: 'one of them is the message' });
    const request = {
      agent: await handingAgent(app, input),
      subject: input.subject ?? '',
      notes: await notesOf(input, io),
      reason: input.reason,
      isCollected: input.collect,
    };
    if (input.dryRun) return { kind: 'preview' as const, ...(await app.signals.previewHandoff(request)) };
    if (input.auto) return app.signals.save(request);
    const answer = await app.signals.handOff({ ...request, isContinued: input.cycle, isAtOnce: input.now, tell: io.tell });
    if (answer.kind === 'handed-off' && !answer.isOwn) await watch(app, input, answer.agent, io);
    return answer;
  },
  print: (answer) => (answer.kind === 'preview' ? `${answer.subject}\n\n${plain(answer.document)}` : handoffLine(answer)),
  // A session that is not replaced has not handed off: whoever relies on it must see that.
  exit: ({ kind }) => (kind === 'cooling-down' || kind === 'looping' ? faultTable.conflict.exit : 0),
  ids: (answer) => (answer.kind === 'preview' || answer.handoff === undefined ? [] : [answer.handoff]),
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
    if (!isBead)
      throw new Fault('not-found', `there is no agent "${target}", and no bead`, {
        hint: '`baton agents` lists the agents, `baton bead list` the beads',
        cause: error,
      });
    if (!dryRun) await app.hooks.hook({ bead: target });
    return undefined;
  }
}

async function notesOf({ message, stdin }: Handing, io: Io): Promise<string> {
  return [message ?? '', stdin ? await io.readStdin() : ''].filter((part) => part.trim() !== '').join('\n\n');
}

/** A person inside the town's tmux goes over to the agent's pane; anywhere else only one who asks for it, with a terminal. */
async function watch(app: App, input: Handing, agent: string, io: Io): Promise<void> {
  const way = await app.sessions.watchWay(agent, { isAsked: input.watch, hasTerminal: io.hasTerminal });
  if (way.kind === 'nothing') return;
  await io.runInTerminal(way.argv);
}
