import type { AgentChange, App, ParkedRig, StartWish } from '#app';
import { answers, type Io } from '../run.ts';
import { exitOf, type Restarting, type Started, sessionsOf, startedLine, stoppedLine, toRestart } from './starting.ts';

type Together = { name: string; detach: boolean; env: Readonly<Record<string, string>>; runtime?: string; noWait: boolean; waitFatal: boolean };

const toWish = ({ detach, env, runtime, noWait, waitFatal }: Together): StartWish => ({
  runtime,
  env: Object.keys(env).length === 0 ? undefined : env,
  until: detach || noWait ? 'started' : 'ready',
  isWaitFatal: waitFatal,
});

function together<I extends Together>(ask: (app: App, input: I, io: Io) => Promise<Started[]>) {
  return answers({
    ask,
    print: (outcomes: readonly Started[]) => (outcomes.length === 0 ? 'nobody of it should run' : outcomes.map(startedLine).join('\n')),
    ids: sessionsOf,
    exit: (outcomes: readonly Started[]) => exitOf(outcomes, { isRunningFine: true }),
  });
}

/** `baton rig start` */
export const startRig = together((app, input: Together) => app.rigs.start(input.name, toWish(input)));

/** `baton rig restart` */
export const restartRig = together((app, input: Together & Restarting, io) => app.rigs.restart(input.name, { ...toWish(input), ...toRestart(input, io) }));

/** `baton rig stop` */
export const stopRig = answers({
  ask: (app, { name, now }: { name: string; now: boolean }, io) => app.rigs.stop(name, { isAtOnce: now, tell: io.tell }),
  print: (outcomes) => (outcomes.length === 0 ? 'nothing of it ran' : outcomes.map(stoppedLine).join('\n')),
  ids: (outcomes) => outcomes.map(({ agent }) => agent),
});

function changing(act: 'park' | 'unpark' | 'dock' | 'undock') {
  return answers({
    ask: (app, { names, now }: { names: readonly string[]; now?: boolean }, io) => app.rigs.change({ names, act, isAtOnce: now === true, tell: io.tell }),
    print: (rigs) => rigs.map(rigLines).join('\n'),
    ids: (rigs) => rigs.map(({ rig }) => rig),
  });
}

/** `baton rig park`, … */
export const parkRigs = changing('park');
export const unparkRigs = changing('unpark');
export const dockRigs = changing('dock');
export const undockRigs = changing('undock');

function rigLines({ rig, kind, state, stopped, wanted }: ParkedRig): string {
  const head = `${state === 'open' ? '●' : '◌'} ${rig} is ${kind === 'already' ? `${state} already` : state}`;
  return [head, ...stopped.map((agent) => `  ○ stopped: ${agent}`), ...wanted.map((agent) => `  ⟳ wanted: ${agent}`)].join('\n');
}

type Found = Awaited<ReturnType<App['agents']['find']>>;

function changingAgent(change: (app: App, agent: Found, wish: Pick<StartWish, 'isAtOnce' | 'tell'>) => Promise<AgentChange>) {
  return answers({
    ask: async (app, { address, now }: { address: string; now?: boolean }, io) =>
      change(app, await app.agents.find(address), { isAtOnce: now === true, tell: io.tell }),
    print: agentLine,
    ids: ({ agent }) => [agent],
  });
}

/** `baton agent park`, … */
export const parkAgent = changingAgent((app, agent, wish) => app.agents.park(agent, wish));
export const unparkAgent = changingAgent((app, agent) => app.agents.unpark(agent));
export const resetAgent = changingAgent((app, agent) => app.agents.reset(agent));

function agentLine({ agent, kind, desired, session }: AgentChange): string {
  const ended = session === undefined ? '' : `, ${session} has ended`;
  switch (kind) {
    case 'parked':
      return `◌ ${agent} is parked${ended}`;
    case 'unparked':
      return desired === 'running' ? `⟳ ${agent} is unparked, and runs for what hangs on its hook` : `○ ${agent} is unparked, and stopped`;
    case 'reset':
      return `■ ${agent}: nothing that went before counts any more`;
    case 'already':
      return desired === 'parked' ? `◌ ${agent} is parked already` : `■ ${agent} is not parked`;
  }
}
