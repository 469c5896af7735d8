import { setTimeout as sleep } from 'node:timers/promises';
import type { App, Breach } from '#app';
import { plural } from '#base';
import { findProcessesByEnvironment } from '#host';
import { isEvent, type JournalEvent } from '#store/model';
import type { Step } from '#work/model';
import type { Killed } from './kill-in-step.ts';
import type { DemoBead } from './run-demo.ts';

const lookMs = 100;
const looksMax = 50;

/** A promise of the demo, and whether it held. */
export interface Held {
  readonly promise: string;
  readonly isHeld: boolean;
  readonly detail: string;
}

/** What was done to the run on purpose. */
interface Hardship {
  readonly isHard: boolean;
  readonly killed: Killed | undefined;
}

/** Holds the finished run against what the demo promises; every line of it can fail. */
export async function checkRun(app: App, beads: readonly DemoBead[], { isHard, killed }: Hardship): Promise<Held[]> {
  const shown = await Promise.all(beads.map((bead) => app.beads.show(bead.id)));
  const steps = shown.flatMap(({ molecule }) => molecule?.steps ?? []);
  const sessions = await Promise.all(beads.map((bead) => sessionsOf(app, bead.id)));
  const merges = await app.assignments.merges({});
  const breaches = await auditAtRest(app);
  const lineages = sessions.map((lives) => lives.length);
  const hardPromises = [
    held(
      'every bead was handed over in the middle of its molecule',
      sessions.every((lives) => lives.some((life) => life.endReason === 'handoff')),
      `sessions per bead: ${lineages.join(', ')}`,
    ),
    held(
      'an agent killed in the middle of a step lost nothing',
      killed !== undefined && (await isRecovered(app, killed, steps)),
      killed === undefined ? 'nobody was killed' : `${killed.agent}, step ${killed.step}`,
    ),
  ];
  return [
    held(
      'every bead is done',
      shown.every(({ bead }) => bead.status === 'done'),
      `${shown.filter(({ bead }) => bead.status === 'done').length} of ${beads.length}`,
    ),
    held(
      'every step is closed exactly once',
      steps.length > 0 && steps.every((step) => step.status === 'done') && !has(breaches, 'exactly once'),
      plural(steps.length, 'step'),
    ),
    ...(isHard ? hardPromises : []),
    held(
      'the commits are on the target branch',
      merges.filter((merge) => merge.status === 'landed').length === beads.length && !has(breaches, 'on its target'),
      merges.map((merge) => merge.landedCommit?.slice(0, 8) ?? merge.status).join(', '),
    ),
    held(
      'no worktree, pane or process is left of anybody who is gone',
      breaches.length === 0,
      breaches.map((breach) => `${breach.promise}: ${breach.detail}`).join('; '),
    ),
  ];
}

/** What an ended assignment leaves is cleared away a moment after its bead is done: a breach counts when it stays. */
async function auditAtRest(app: App): Promise<Breach[]> {
  for (let look = 1; ; look += 1) {
    const breaches = await app.town.audit();
    if (breaches.length === 0 || look === looksMax) return breaches;
    await sleep(lookMs);
  }
}

/** After `down`: nothing of the town runs any more. */
export async function checkAfterwards(app: App, env: Readonly<Record<string, string | undefined>>): Promise<Held[]> {
  const own = env.BATON_SESSION;
  const left = findProcessesByEnvironment({ BATON_TOWN: app.town.root }).filter((mark) => mark.pid !== process.pid && own === undefined);
  const daemon = await app.daemon.status();
  return [held('nothing of the town runs any more', left.length === 0 && !daemon.isRunning, left.map((mark) => `pid ${mark.pid}`).join(', '))];
}

/** Its step was closed by a later life than the one that was killed in it. */
async function isRecovered(app: App, killed: Killed, steps: readonly Step[]): Promise<boolean> {
  const lineage = await app.sessions.lineage(killed.agent);
  const dead = lineage.find((session) => session.id === killed.session);
  const later = lineage.filter((session) => session.generation > (dead?.generation ?? 0)).map((session) => session.id);
  const isClosed = steps.some((step) => step.id === killed.step && step.status === 'done' && step.endedSession !== null && later.includes(step.endedSession));
  return dead?.endReason === 'crashed' && isClosed;
}

/** The lives that had turns with a bead, in their order. */
export async function sessionsOf(app: App, bead: string) {
  const events = await readEvents(app, { bead, types: ['step_started', 'step_done', 'handoff', 'done'] });
  const ids = [...new Set(events.flatMap((event) => [event.session, event.payload.from]).filter((id): id is string => typeof id === 'string'))];
  const lives = await Promise.all(ids.map((id) => app.sessions.get(id)));
  return lives.sort((a, b) => a.generation - b.generation);
}

/** Events of the journal from its beginning, or after a `seq`. */
export async function readEvents(app: App, query: { after?: number; agent?: string; bead?: string; types: readonly string[] }): Promise<JournalEvent[]> {
  const frames = await Array.fromAsync(app.journal.read({ after: 0, ...query, last: 0, isFollowing: false }, new AbortController().signal));
  return frames.filter(isEvent);
}

function held(promise: string, isHeld: boolean, detail: string): Held {
  return { promise, isHeld, detail };
}

function has(breaches: readonly Breach[], words: string): boolean {
  return breaches.some((breach) => breach.promise.includes(words));
}
