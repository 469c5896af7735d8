import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type App, openApp } from '#app';
import { type Clock, Fault, plural } from '#base';
import { checkAfterwards, checkRun, type Held } from './check-run.ts';
import { fingerprint } from './fingerprint.ts';
import { chooseVariables } from './hand-over.ts';
import { killInStep } from './kill-in-step.ts';
import { type DemoPlan, planDemo } from './plan-demo.ts';
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

const rig = 'demo';

/** Runs the whole demo in a town of its own, shows it, checks it, and cleans up unless it is to be kept. */
export async function runDemo(parts: Parts): Promise<{ isGood: boolean }> {
  const { options, out } = parts;
  const plan = planDemo(options.runtime);
  const say = (line: string) => out.write(`${line}\n`);
  say(`Baton demo: real maintenance of ${options.repo}\n  in a town of its own, ${options.dir}`);
  const before = await fingerprint(options.repo);
  const app = await makeTown(parts, plan, say);
  try {
    const held = await playDemo(parts, plan, app, say);
    held.push(
      ...(before === undefined
        ? []
        : [{ promise: 'the source repository is byte-identical', isHeld: before === (await fingerprint(options.repo)), detail: '' }]),
    );
    if (!options.keep) held.push(...(await takeDown(parts, app, say)));
    say('');
    for (const each of held) say(inWords(each, out.columns));
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

/** A promise with what proves it; on a line of its own where both do not fit. */
function inWords({ promise, isHeld, detail }: Held, width = Number.POSITIVE_INFINITY): string {
  const line = `  ${isHeld ? '✓' : '✗'} ${promise}`;
  if (detail === '') return line;
  return line.length + 2 + detail.length < width ? `${line}: ${detail}` : `${line}:\n      ${detail}`;
}

async function makeTown({ options, env }: Parts, { runtime, windowTokens, capacity, isHard }: DemoPlan, say: (line: string) => void): Promise<App> {
  const outside = await openApp({ env, cwd: options.dir }, 'none');
  await outside.outside.createTown(options.dir);
  const first = await openApp({ env, cwd: options.dir, town: options.dir }, 'town');
  const window = windowTokens === undefined ? {} : { [`runtimes.${runtime}.window`]: String(windowTokens) };
  for (const [key, value] of Object.entries({ default_agent: runtime, polecat_agent: runtime, ...window })) await first.config.set({ key, value });
  const passed = isHard ? [] : await chooseVariables(first, { runtime, env }, say);
  if (passed.length > 0) await first.config.set({ key: 'env.pass', value: JSON.stringify(passed) });
  const added = await first.rigs.add({ name: rig, source: options.repo });
  await first.config.set({ key: 'capacity', value: String(capacity), rig });
  say(`  rig "${rig}": work lands on ${added.rig.target}${added.isShallow ? ' (shallow clone)' : ''}`);
  await first.close();
  return openApp({ env, cwd: options.dir, town: options.dir }, 'town');
}

async function playDemo(parts: Parts, plan: DemoPlan, app: App, say: (line: string) => void): Promise<Held[]> {
  const beads: DemoBead[] = [];
  for (const { task, title, body } of plan.work) beads.push({ id: (await app.beads.create({ title, body, rig })).id, title, task });
  say(`  ${plural(beads.length, 'bead')}, ${plural(plan.capacity, 'polecat')}${describeHardship(plan)}\n`);
  const view = makeView({ app, out: parts.out, clock: parts.clock, beads });
  const stop = new AbortController();
  const killing = plan.isHard ? killInStep(app, stop.signal, view.tell) : undefined;
  try {
    await Promise.all([slingAll(app, plan, beads), watch(parts, plan, app, view, stop.signal)]);
  } finally {
    stop.abort();
  }
  const killed = await killing;
  view.end();
  await showReport(app, beads, say);
  return checkRun(app, beads, { isHard: plan.isHard, killed });
}

function describeHardship({ runtime, windowTokens, isHard }: DemoPlan): string {
  if (!isHard) return `, played by ${runtime}, with permission to use its tools`;
  return ` with a window of ${windowTokens} tokens each\n  one of them will be killed in the middle of a step`;
}

/** As many at once as there are places; each place that becomes free takes the next bead. */
async function slingAll(app: App, plan: DemoPlan, beads: readonly DemoBead[]): Promise<void> {
  const queue = [...beads];
  const worker = async () => {
    for (let bead = queue.shift(); bead !== undefined; bead = queue.shift()) await slingWhenFree(app, plan, bead);
  };
  await Promise.all(Array.from({ length: plan.capacity }, worker));
}

async function slingWhenFree(app: App, { formula, isHard }: DemoPlan, bead: DemoBead): Promise<void> {
  for (;;) {
    try {
      await app.assignments.sling({ bead: bead.id, target: rig, formula, vars: isHard ? { task: bead.task } : {} });
      return;
    } catch (error) {
      const isFull = error instanceof Fault && error.kind === 'conflict' && error.details?.capacity !== undefined;
      if (!isFull) throw error;
      await sleep(250);
    }
  }
}

async function watch({ clock, signal }: Parts, { runMsMax }: DemoPlan, app: App, view: LiveView, stop: AbortSignal): Promise<void> {
  const deadline = clock.monotonic() + runMsMax;
  while (!stop.aborted) {
    await view.draw();
    const left = (await app.beads.list({ rig })).filter((bead) => bead.status !== 'done');
    const isAtRest = left.length === 0 && (await app.town.agents({ rig })).every((agent) => agent.role !== 'polecat');
    if (isAtRest) return;
    const [trouble] = (await app.escalations.list({})).slice(0, 1);
    if (trouble !== undefined) throw new Fault('unavailable', `an agent asks for help: ${trouble.text}`, { hint: hintOf(trouble) });
    if (signal.aborted) throw new Fault('unavailable', `interrupted by ${String(signal.reason)}`);
    if (clock.monotonic() > deadline) throw new Fault('timeout', `not done in time: ${left.map((bead) => `${bead.id} is ${bead.status}`).join(', ')}`);
    await sleep(200);
  }
}

function hintOf({ incident }: { readonly incident: string | null }): string {
  if (incident?.startsWith('login:') === true) return 'log in with the program itself, or set the variable that holds its key, and run the demo again';
  return 'the demo needs none: this is a failure';
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
