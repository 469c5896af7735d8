import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { isAncestor, listWorktrees } from '#git';
import { findProcess, findProcessesByEnvironment, readEnvironmentOf } from '#host';
import { readHorizon } from '#store';
import { listPanes } from '#tmux';
import { agentFolder, listAgents, listRigs, rigPaths } from '#town';
import { addressOf } from '#town/model';
import type { Deps } from './deps.ts';
import { openTownTmux } from './tmux.ts';

/** Something that contradicts what Baton promises of every town at rest; none are the proof that nothing was lost, doubled or left. */
export interface Breach {
  readonly promise: string;
  readonly detail: string;
}

/**
 * Holds a town against the promises that must be true whoever was killed: one live generation, steps closed once, work that hangs on somebody,
 * landed work on its target, and no process, pane or worktree that belongs to nobody. A pure read. Meant for a moment when nothing is under way.
 */
export async function auditTown(deps: Deps): Promise<Breach[]> {
  const audits = [auditSteps, auditSessions, auditHandoffs, auditHooks, auditLandings, auditWorktrees, auditProcesses, auditPanes];
  const breaches: Breach[] = [];
  for (const audit of audits) breaches.push(...(await audit(deps)));
  return breaches;
}

/**
 * A step that is closed was closed by exactly one event since it was last opened; one that is not, by none. Of what lies before the horizon nothing
 * is known, so a molecule that was poured before it is held to what came after.
 */
async function auditSteps({ store }: Deps): Promise<Breach[]> {
  const { steps, events, horizon } = await readSteps(store);
  const closings = new Map<string, number[]>();
  for (const { type, payload } of events) {
    const { molecule, step, from } = JSON.parse(payload) as { molecule?: string; step?: string; from?: string };
    // A failed step that is opened again was not closed.
    const change = type !== 'step_reopened' ? 1 : from === 'skipped' ? -1 : 0;
    const key = `${molecule}/${step}`;
    closings.set(key, [...(closings.get(key) ?? []), change]);
  }
  return steps.flatMap(({ molecule, id, status, poured_at, ended_at }) => {
    const changes = closings.get(`${molecule}/${id}`) ?? [];
    const count = changes.reduce((sum, change) => sum + change, 0);
    const expected = status === 'done' || status === 'skipped' ? 1 : 0;
    // Closed after the horizon, its closing is there. One that may have been closed before it needs one closing less.
    const isTold = poured_at > horizon.at || (expected === 1 && (ended_at ?? 0) > horizon.at && !changes.includes(1));
    if (count === expected || (!isTold && count === expected - 1)) return [];
    return [{ promise: 'a step is closed exactly once', detail: `${molecule} ${id} is ${status} and was closed ${count} times` }];
  });
}

const stepEvents = ['step_done', 'step_skipped', 'step_reopened'];

/** Steps with when their molecule was poured, how far the journal was pruned, and what it says of them since: all of one moment. */
function readSteps(store: Deps['store']) {
  return store.read(async (reader) => {
    const horizon = await readHorizon(reader, stepEvents);
    const events = reader.selectFrom('events').select(['type', 'payload']).where('type', 'in', stepEvents).where('at', '>', horizon.at);
    const steps = reader
      .selectFrom('steps')
      .innerJoin('molecules', 'molecules.id', 'steps.molecule')
      .select(['steps.molecule', 'steps.id', 'steps.status', 'steps.ended_at', 'molecules.poured_at']);
    return {
      horizon,
      events: await events.orderBy('seq').execute(),
      steps: await steps.orderBy('steps.molecule').orderBy('steps.position').execute(),
    };
  });
}

/** Generations follow each other without a gap, and an agent has at most one life that has not ended. */
async function auditSessions({ store }: Deps): Promise<Breach[]> {
  const sessions = await store.db.selectFrom('sessions').select(['agent', 'generation', 'ended_at']).orderBy('agent').orderBy('generation').execute();
  return [...Map.groupBy(sessions, (session) => session.agent)].flatMap(([agent, line]) => {
    const gap = line.findIndex((session, i) => session.generation !== i + 1);
    const live = line.filter((session) => session.ended_at === null).length;
    return [
      ...(gap < 0 ? [] : [{ promise: 'generations follow each other', detail: `${agent} has no generation ${gap + 1}` }]),
      ...(live <= 1 ? [] : [{ promise: 'one live generation', detail: `${agent} has ${live}` }]),
    ];
  });
}

/** Every life that ended without `done` left exactly one document. */
async function auditHandoffs({ store }: Deps): Promise<Breach[]> {
  const { rows } = await sql<{ id: string; count: number }>`
    select s.id, (select count(*) from handoffs h where h.source_session = s.id and h.kind = 'end') as count
    from sessions s where s.ended_at is not null and s.end_reason <> 'done'`.execute(store.db);
  return rows.filter(({ count }) => count !== 1).map(({ id, count }) => ({ promise: 'an end leaves one document', detail: `${id} left ${count}` }));
}

/** What hangs, hangs on an agent that works here. */
async function auditHooks({ store }: Deps): Promise<Breach[]> {
  const lost = await store.db
    .selectFrom('beads')
    .innerJoin('agents', 'agents.address', 'beads.hooked_by')
    .select(['beads.id', 'agents.address'])
    .where('agents.retired_at', 'is not', null)
    .orderBy('beads.id')
    .execute();
  return lost.map(({ id, address }) => ({ promise: 'work hangs on an agent that works here', detail: `${id} hangs on ${address}, which is retired` }));
}

async function auditLandings({ store, git, root }: Deps): Promise<Breach[]> {
  const breaches: Breach[] = [];
  const landed = await store.db
    .selectFrom('merge_requests')
    .select(['id', 'rig', 'target', 'landed_commit'])
    .where('status', '=', 'landed')
    .orderBy('id')
    .execute();
  for (const merge of landed) {
    const { repository: repo } = rigPaths(root, merge.rig);
    const isThere = merge.landed_commit !== null && (await isAncestor(git, { repo, ancestor: merge.landed_commit, of: `refs/heads/${merge.target}` }));
    if (!isThere) breaches.push({ promise: 'landed work is on its target', detail: `${merge.id}: ${merge.target} does not hold ${merge.landed_commit}` });
  }
  return breaches;
}

/** Every worktree and every folder of crew and polecats is an agent's, and every agent that has a worktree has its folder. */
async function auditWorktrees({ store, git, root }: Deps): Promise<Breach[]> {
  const agents = await listAgents(store.db);
  const owned = new Set(agents.map((agent) => agentFolder(root, addressOf(agent))));
  const missing = agents.flatMap(({ address, worktree }) => (worktree === null || existsSync(worktree) ? [] : [{ address, worktree }]));
  const breaches = missing.map(({ address, worktree }) => ({ promise: 'an agent has its worktree', detail: `${address}: "${worktree}" is not there` }));
  for (const rig of await listRigs(store.db)) {
    const paths = rigPaths(root, rig.name);
    const known = (await listWorktrees(git, { repo: paths.repository })).map((worktree) => worktree.dir);
    const folders = [paths.crew, paths.polecats].flatMap((folder) => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []));
    const strays = [...new Set([...known, ...folders])].filter((dir) => dir !== paths.refinery && !owned.has(dir));
    breaches.push(...strays.map((dir) => ({ promise: 'no worktree of nobody', detail: dir })));
  }
  return breaches;
}

/** Processes that carry this town's mark and belong to no unended session. */
async function auditProcesses({ store, root }: Deps): Promise<Breach[]> {
  const live = new Set(await listLiveIds({ store }));
  return findProcessesByEnvironment({ BATON_TOWN: root })
    .filter((mark) => mark.pid !== process.pid)
    .flatMap((mark) => {
      const session = readEnvironmentOf(mark.pid)?.BATON_SESSION;
      if (session === undefined || live.has(session)) return [];
      return [{ promise: 'no process of an ended session', detail: `pid ${mark.pid} (${findProcess(mark.pid)?.command ?? 'gone'}) of ${session}` }];
    });
}

/** Panes that run something and carry no mark of an unended session. */
async function auditPanes(deps: Deps): Promise<Breach[]> {
  const live = new Set(await listLiveIds(deps));
  const panes = (await listPanes(openTownTmux(deps))).filter((pane) => !pane.isDead && (pane.mark === undefined || !live.has(pane.mark)));
  return panes.map((pane) => ({ promise: 'no living pane of nobody', detail: `${pane.session} (${pane.currentCommand})` }));
}

async function listLiveIds({ store }: Pick<Deps, 'store'>): Promise<string[]> {
  return (await store.db.selectFrom('sessions').select('id').where('ended_at', 'is', null).orderBy('id').execute()).map((row) => row.id);
}
