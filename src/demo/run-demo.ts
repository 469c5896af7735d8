import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type App, openApp } from '#app';
import { type Clock, Fault, minute, plural } from '#base';
import { checkAfterwards, checkRun, type Held } from './check-run.ts';
import { fingerprint } from './fingerprint.ts';
import { killInStep } from './kill-in-step.ts';
import type { DemoOptions } from './read-options.ts';
import { type LiveView, makeView } from './show-live.ts';
import { showReport } from './show-report.ts';

interface Parts {
  readonly options: DemoOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly out: NodeJS.WriteStream;
}

/** A bead of the demo: what it is called, and the formula's task that does it. */
export interface DemoBead {
  readonly id: string;
  readonly title: string;
  readonly task: string;
}

/** The maintenance that a repository is given; all of it is real, and lands as commits. */
const work = [
  { task: 'inventory', title: 'Inventory of the tree by language and size' },
  { task: 'links', title: 'Check every relative link in the Markdown' },
  { task: 'markers', title: 'Scan for left-over markers' },
  { task: 'scripts', title: 'Check the syntax of the scripts' },
] as const;

const rig = 'demo';
/** Three polecats at once; the fourth bead waits for a free place. */
const capacity = 3;
/** So small that no bead fits into one session: every one is handed over in the middle of its molecule. */
const windowTokens = 10_000;
/** What is not done by then is not going to be: the demo fails and says what it waits for. */
const runMsMax = 4 * minute;

/** Runs the whole demo in a town of its own, shows it, checks it, and cleans up unless it is to be kept. */
export async function runDemo(parts: Parts): Promise<{ isGood: boolean }> {
  const { options, out } = parts;
  const say = (line: string) => out.write(`${line}\n`);
  say(`Baton demo: real maintenance of ${options.repo}\n  in a town of its own, ${options.dir}`);
  const before = await fingerprint(options.repo);
  const app = await makeTown(parts, say);
  try {
    const held = await playDemo(parts, app, say);
    held.push(
      ...(before === undefined
        ? []
        : [{ promise: 'the source repository is byte-identical', isHeld: before === (await fingerprint(options.repo)), detail: '' }]),
    );
    if (!options.keep) held.push(...(await takeDown(parts, app, say)));
    say('');
    for (const { promise, isHeld, detail } of held) say(`  ${isHeld ? '✓' : '✗'} ${promise}${detail === '' ? '' : `: ${detail}`}`);
    if (options.keep) sayNext(options.dir, say);
    return { isGood: held.every(({ isHeld }) => isHeld) };
  } catch (error) {
    await app.town.down().catch(() => {});
    say(`\nThe town is left as it is, for a look: ${options.dir}`);
    throw error;
  } finally {
    await app.close().catch(() => {});
  }
}

async function makeTown({ options, env }: Parts, say: (line: string) => void): Promise<App> {
  const outside = await openApp({ env, cwd: options.dir }, 'none');
  await outside.outside.createTown(options.dir);
  const first = await openApp({ env, cwd: options.dir, town: options.dir }, 'town');
  for (const [key, value] of Object.entries({ default_agent: 'runbook', polecat_agent: 'runbook', 'runtimes.runbook.window': String(windowTokens) }))
    await first.config.set({ key, value });
  const added = await first.rigs.add({ name: rig, source: options.repo });
  await first.config.set({ key: 'capacity', value: String(capacity), rig });
  say(`  rig "${rig}": work lands on ${added.rig.target}${added.isShallow ? ' (shallow clone)' : ''}`);
  await first.close();
  return openApp({ env, cwd: options.dir, town: options.dir }, 'town');
}

async function playDemo(parts: Parts, app: App, say: (line: string) => void): Promise<Held[]> {
  const beads: DemoBead[] = [];
  for (const { task, title } of work) beads.push({ id: (await app.beads.create({ title, rig })).id, title, task });
  say(
    `  ${plural(beads.length, 'bead')}, ${plural(capacity, 'polecat')}, a window of ${windowTokens} tokens each; one agent will be killed in the middle of a step\n`,
  );
  const view = makeView({ app, out: parts.out, clock: parts.clock, beads });
  const stop = new AbortController();
  const killing = killInStep(app, stop.signal, view.tell);
  try {
    await Promise.all([slingAll(app, beads), watch(parts, app, view, stop.signal)]);
  } finally {
    stop.abort();
  }
  const killed = await killing;
  view.end();
  await showReport(app, beads, say);
  return checkRun(app, beads, killed);
}

/** Three at once; each place that becomes free takes the next bead. */
async function slingAll(app: App, beads: readonly DemoBead[]): Promise<void> {
  const queue = [...beads];
  const worker = async () => {
    for (let bead = queue.shift(); bead !== undefined; bead = queue.shift()) await slingWhenFree(app, bead);
  };
  await Promise.all(Array.from({ length: capacity }, worker));
}

async function slingWhenFree(app: App, bead: DemoBead): Promise<void> {
  for (;;) {
    try {
      await app.assignments.sling({ bead: bead.id, target: rig, formula: 'maintenance', vars: { task: bead.task } });
      return;
    } catch (error) {
      const isFull = error instanceof Fault && error.kind === 'conflict' && error.details?.capacity !== undefined;
      if (!isFull) throw error;
      await sleep(250);
    }
  }
}

async function watch({ clock, signal }: Parts, app: App, view: LiveView, stop: AbortSignal): Promise<void> {
  const deadline = clock.monotonic() + runMsMax;
  while (!stop.aborted) {
    await view.draw();
    const left = (await app.beads.list({ rig })).filter((bead) => bead.status !== 'done');
    const isAtRest = left.length === 0 && (await app.town.agents({ rig })).every((agent) => agent.role !== 'polecat');
    if (isAtRest) return;
    const [trouble] = (await app.escalations.list({})).slice(0, 1);
    if (trouble !== undefined) throw new Fault('unavailable', `an agent asks for help: ${trouble.text}`, { hint: 'the demo needs none: this is a failure' });
    if (signal.aborted) throw new Fault('unavailable', `interrupted by ${String(signal.reason)}`);
    if (clock.monotonic() > deadline) throw new Fault('timeout', `not done in time: ${left.map((bead) => `${bead.id} is ${bead.status}`).join(', ')}`);
    await sleep(200);
  }
}

async function takeDown({ options, env }: Parts, app: App, say: (line: string) => void): Promise<Held[]> {
  await app.town.down();
  const held = await checkAfterwards(app, env);
  if (options.isFresh) await rm(options.dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  else say(`\nThe town is at ${options.dir}; its agents and daemon are stopped.`);
  return held;
}

function sayNext(dir: string, say: (line: string) => void): void {
  say(
    `\nThe town goes on. Try, in ${dir}:\n  baton status                 who is here\n  baton mq list --all          what landed\n  baton sessions list          every life, and how it ended\n  baton events --follow        the journal\n  git -C demo/repo.git log --stat -4\n  baton down                   stop it`,
  );
}
