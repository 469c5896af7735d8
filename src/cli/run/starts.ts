import type { App } from '#app';
import { Fault } from '#base';
import { agentPage } from '../print/agent.ts';
import { answers, type Io } from '../run.ts';
import {
  exitOf,
  type Restarting,
  type Started,
  type Starting,
  sessionsOf,
  startedLine,
  stayWith,
  stayWithOne,
  stoppedLine,
  toRestart,
  toWish,
} from './starting.ts';

type Agent = Awaited<ReturnType<App['agents']['find']>>;
type Named = { names: readonly string[]; rig?: string };
type Of = { rig?: string };
type Find<I> = (app: App, input: I) => Promise<Agent>;

/** One that is started by its name: who runs already is a conflict (L3). */
function starting<I>(find: Find<I>) {
  return answers({
    ask: async (app, input: I & Starting, io): Promise<Started> => {
      const outcome = await app.sessions.start(await find(app, input), toWish(input));
      return input.foreground && outcome.kind === 'started' ? stayWithOne(app, outcome, io) : outcome;
    },
    print: startedLine,
    ids: (outcome) => sessionsOf([outcome]),
    exit: (outcome) => exitOf([outcome], { isRunningFine: false }),
  });
}

/** What does not run is started; then the terminal is the pane's until the person detaches. */
function attaching<I>(find: Find<I>) {
  return answers({
    ask: async (app, input: I & Starting, io): Promise<Started> => {
      const { detach, foreground } = input;
      if (!detach && !foreground && !io.hasTerminal) throw new Fault('unsupported', 'there is no terminal to attach with', { hint: 'say -d to start it only' });
      const agent = await find(app, input);
      const outcome = await app.sessions.start(agent, toWish(input));
      if (outcome.kind === 'already-running' && saysHow(input)) io.tell(`${agent.address} runs already: how to start it was not used; \`restart\` takes it`);
      if (foreground) return stayWithOne(app, outcome, io);
      if (detach) return outcome;
      io.tell(startedLine(outcome));
      await showPane(app, agent, io);
      return outcome;
    },
    // Who has seen the pane is told nothing after it, where tmux says that it was left.
    print: (outcome, _page, { input: { detach, foreground } }) => (detach || foreground ? startedLine(outcome) : ''),
    ids: (outcome) => sessionsOf([outcome]),
    exit: (outcome) => exitOf([outcome], { isRunningFine: true }),
  });
}

/** Whether the line says how the program is to be started, and not only that it is to run. */
function saysHow(starting: Starting): boolean {
  const { runtime, model, account, resume, topic, instructions, command, readyDelay, env } = starting;
  return [runtime, model, account, resume, topic, instructions, command, readyDelay].some((said) => said !== undefined) || Object.keys(env).length > 0;
}

async function showPane(app: App, agent: Agent, io: Io): Promise<void> {
  const argv = await app.sessions.attachArgv(agent);
  io.tell(`attaching to ${agent.address}; Ctrl-B d detaches, and ${agent.name} goes on`);
  await io.runInTerminal(argv);
}

function restarting<I>(find: Find<I>) {
  return answers({
    ask: async (app, input: I & Starting & Restarting, io): Promise<Started> => {
      const outcome = await app.sessions.restart(await find(app, input), { ...toWish(input), ...toRestart(input, io) });
      return input.foreground ? stayWithOne(app, outcome, io) : outcome;
    },
    print: startedLine,
    ids: (outcome) => sessionsOf([outcome]),
    exit: (outcome) => exitOf([outcome], { isRunningFine: true }),
  });
}

function stopping<I>(find: Find<I>) {
  return answers({
    ask: async (app, input: I & { now: boolean }, io) => one(await app.sessions.stop([await find(app, input)], { isAtOnce: input.now, tell: io.tell })),
    print: stoppedLine,
    ids: ({ agent }) => [agent],
  });
}

const roles = ['mayor', 'deacon', 'boot', 'witness', 'refinery'] as const;
type OneRole = (typeof roles)[number];

/** The same run for each role of which there is one. */
function forEachRole<R>(make: (find: Find<Of>) => R): Readonly<Record<OneRole, R>> {
  const runs = roles.map((role) => [role, make((app, { rig }) => app.agents.ofRole({ role, rig }))] as const);
  return Object.fromEntries(runs) as Record<OneRole, R>;
}

/** `baton mayor start`, … */
export const startRole = forEachRole(starting);
export const attachRole = forEachRole(attaching);
export const stopRole = forEachRole(stopping);
export const restartRole = forEachRole(restarting);
export const statusOfRole = forEachRole((find) =>
  answers({
    ask: async (app, input: Of) => {
      const { address } = await find(app, input);
      return one((await app.town.agents({})).filter(({ agent }) => agent === address));
    },
    print: (status, page) => agentPage(page, status),
    ids: ({ agent }) => [agent],
  }),
);

/** `baton attach` */
export const attach = attaching<{ address: string }>((app, { address }) => app.agents.find(address));

/** `baton crew at` */
export const attachCrew = attaching<{ name: string; rig?: string }>(async (app, { name, rig }) => one(await app.sessions.crew({ names: [name], rig })));

/** `baton crew start`: one that runs already is a conflict where it was named, and as good as started with `--all` (L3). */
export const startCrew = answers({
  ask: async (app, input: Starting & Named & { all: boolean }, io) => {
    const { names, rig, all } = input;
    refuseUnclear(input);
    const crew = all ? (await app.crew.list({ rig })).filter(({ desired }) => desired !== 'parked') : await app.sessions.crew({ names, rig });
    const [only] = crew;
    const outcomes =
      only !== undefined && !all && crew.length === 1 ? [await app.sessions.start(only, toWish(input))] : await app.sessions.startEach(crew, toWish(input));
    return stayWith(app, outcomes, input, io);
  },
  print: (outcomes) => (outcomes.length === 0 ? 'there is no crew' : outcomes.map(startedLine).join('\n')),
  ids: sessionsOf,
  exit: (outcomes, { input }) => exitOf(outcomes, { isRunningFine: input.all }),
});

/** `baton crew stop` */
export const stopCrew = answers({
  ask: async (app, input: Named & { all: boolean; now: boolean }, io) => {
    const { names, rig, all, now } = input;
    refuseUnclear(input);
    return app.sessions.stop(all ? await app.crew.list({ rig }) : await app.sessions.crew({ names, rig }), { isAtOnce: now, tell: io.tell });
  },
  print: (outcomes) => (outcomes.length === 0 ? 'there is no crew' : outcomes.map(stoppedLine).join('\n')),
  ids: (outcomes) => outcomes.map(({ agent }) => agent),
});

/** `baton crew restart` */
export const restartCrew = answers({
  ask: async (app, input: Starting & Named & Restarting, io) => {
    const crew = await app.sessions.crew(input);
    const wish = { ...toWish(input), ...toRestart(input, io) };
    const [only] = crew;
    const outcomes = only !== undefined && crew.length === 1 ? [await app.sessions.restart(only, wish)] : await app.sessions.restartEach(crew, wish);
    return stayWith(app, outcomes, input, io);
  },
  print: (outcomes) => outcomes.map(startedLine).join('\n'),
  ids: sessionsOf,
  exit: (outcomes) => exitOf(outcomes, { isRunningFine: true }),
});

/** Everyone, or those that are named. */
function refuseUnclear({ names, all }: { names: readonly string[]; all: boolean }): void {
  if (all !== names.length > 0) return;
  throw new Fault('invalid', all ? 'both --all and names are said' : 'NAME is missing', { hint: 'name the crew members, or say --all' });
}

function one<A>([first]: readonly A[]): A {
  if (first === undefined) throw new Fault('not-found', 'nobody of that name is there', { hint: '`baton agents` lists them' });
  return first;
}
