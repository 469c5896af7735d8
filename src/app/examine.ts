import { accessSync, chmodSync, constants, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { formatCount, isFault, toFault } from '#base';
import { diskFreeMin } from '#dispatch/model';
import { installReferenceGuard, isReferenceGuardInstalled, readGitVersion } from '#git';
import { buildEnvironment, diskFree } from '#host';
import { getTmux, listPanes } from '#tmux';
import { listAgents, listRigs, type Rig, rigPaths } from '#town';
import type { Deps } from './deps.ts';
import { checkAgents } from './examine-agents.ts';
import { bad, type Finding, good, warn } from './finding.ts';
import { findFormerRoot, followMove } from './moved-town.ts';
import { findDaemon, isDaemonWanted, startDaemon } from './reach-daemon.ts';
import { planTownShims } from './shims.ts';
import { openTownTmux } from './tmux.ts';

export interface Examination {
  readonly findings: readonly Finding[];
  /** False where anything is bad that was not mended. */
  readonly isHealthy: boolean;
}

type Check = (deps: Deps, fix: boolean) => Promise<Finding | Finding[]>;

/** Looks at the machine and the town (`baton doctor`). With `fix`, mends what can be mended without loss. A check that fails is a finding itself. */
export async function examine(deps: Deps, { fix }: { fix: boolean }): Promise<Examination> {
  const findings: Finding[] = [];
  for (const [name, check] of Object.entries(checks)) findings.push(...(await settle(name, () => check(deps, fix))));
  return { findings, isHealthy: findings.every((finding) => finding.state !== 'bad' || finding.isMended) };
}

/** A check that fails is a finding, and the others are made all the same. */
async function settle(check: string, look: () => Promise<Finding | Finding[]>): Promise<Finding[]> {
  try {
    return [await look()].flat();
  } catch (error) {
    const hint = isFault(error) ? error.hint : undefined;
    return [{ check, state: 'bad', detail: error instanceof Error ? error.message : String(error), hint, isMended: false }];
  }
}

const checks: Readonly<Record<string, Check>> = {
  node: async () => good('node', process.version),
  platform: async ({ host }) =>
    host.platform === 'linux'
      ? good('platform', `linux, host ${host.name}`)
      : warn('platform', `${host.platform} is best effort: Baton is proven on Linux`, undefined),
  git: checkGit,
  tmux: async ({ env }) => good('tmux', formatTmux(await getTmux(buildEnvironment(env, { pass: [] })))),
  place: checkPlace,
  disk: checkDisk,
  store: checkStore,
  permissions: checkPermissions,
  daemon: checkDaemon,
  panes: checkPanes,
  shims: checkShims,
  agents: checkAgents,
  rigs: checkRigs,
};

async function checkGit({ git }: Deps): Promise<Finding> {
  return good('git', await readGitVersion(git));
}

function formatTmux({ program, version }: Awaited<ReturnType<typeof getTmux>>): string {
  return version === undefined ? program : `${program} ${version.text}`;
}

async function checkPlace(deps: Deps, fix: boolean): Promise<Finding> {
  const former = await findFormerRoot(deps);
  if (former === undefined) return checkWritable(deps);
  if (!fix) return bad('place', `the town was moved here from "${former}"`, 'move it back, or run `baton doctor --fix`');
  await followMove(deps, former);
  return { ...good('place', `worktrees and records follow the move from "${former}"`), isMended: true };
}

/** Who owns what is for the permissions; a disk that is mounted read-only is nobody's. */
function checkWritable({ root, paths }: Deps): Finding {
  try {
    for (const path of [root, paths.store]) accessSync(path, constants.W_OK);
    return good('place', root);
  } catch (error) {
    const { message, hint = '' } = toFault(error);
    return bad('place', `nothing can be written: ${message}`, hint);
  }
}

async function checkDisk({ root }: Deps): Promise<Finding> {
  const free = diskFree(root);
  const detail = `${formatCount(free)}B free on the town's disk`;
  return free >= diskFreeMin ? good('disk', detail) : bad('disk', detail, 'free some space: nothing starts under 1 GB');
}

async function checkStore({ store }: Deps): Promise<Finding> {
  if (store.engine !== 'sqlite') return good('store', store.engine);
  const { rows } = await sql<{ quick_check: string }>`pragma quick_check`.execute(store.db);
  const said = rows.map((row) => row.quick_check).join('; ');
  return said === 'ok' ? good('store', 'sound') : bad('store', said, 'stop the daemon and restore `.baton/town.db` from a copy in `.baton/copies`');
}

/** What holds settings, the store and screens is its owner's alone (DESIGN.md section 5). */
async function checkPermissions({ root, paths }: Deps, fix: boolean): Promise<Finding[]> {
  const wanted = [
    { path: paths.hidden, mode: 0o700 },
    { path: join(root, 'settings'), mode: 0o700 },
    { path: paths.settings, mode: 0o600 },
    { path: paths.store, mode: 0o600 },
  ];
  const wrong = wanted.filter(({ path, mode }) => existsSync(path) && (statSync(path).mode & 0o777 & ~mode) !== 0);
  if (wrong.length === 0) return [good('permissions', 'settings and store are yours alone')];
  if (fix) for (const { path, mode } of wrong) chmodSync(path, mode);
  const findings = wrong.map(({ path, mode }) => ({ path, octal: mode.toString(8) }));
  if (fix) return findings.map(({ path, octal }) => ({ ...good('permissions', `"${path}" has mode 0${octal} again`), isMended: true }));
  return findings.map(({ path, octal }) => bad('permissions', `others can read "${path}"`, `chmod ${octal} ${path}, or run \`baton doctor --fix\``));
}

async function checkDaemon(deps: Deps, fix: boolean): Promise<Finding> {
  const daemon = findDaemon(deps);
  if (daemon !== undefined) return good('daemon', `runs, pid ${daemon.pid}`);
  if (!(await isDaemonWanted(deps))) return good('daemon', 'stopped on purpose, or not started yet');
  if (!fix) return bad('daemon', 'should run and does not', 'start it with `baton daemon start`, or run `baton doctor --fix`');
  const started = await startDaemon(deps);
  return { ...good('daemon', `started, pid ${started.pid}`), isMended: true };
}

/** Panes that carry no mark of a session that we know: somebody's own, which Baton never touches (O3). */
async function checkPanes(deps: Deps): Promise<Finding> {
  const panes = await listPanes(openTownTmux(deps));
  const known = new Set((await deps.store.db.selectFrom('sessions').select('id').execute()).map((row) => row.id));
  const strangers = panes.filter((pane) => !pane.isDead && (pane.mark === undefined || !known.has(pane.mark)));
  if (strangers.length === 0) return good('panes', `${panes.length} on the town's tmux server`);
  return warn(
    'panes',
    `not ours: ${strangers.map((pane) => `${pane.session} (${pane.currentCommand})`).join(', ')}`,
    'Baton leaves them alone; close them by hand if they are in the way',
  );
}

/** Which of the seeds' program names sessions have from us, and which belong to somebody else. */
async function checkShims(deps: Deps): Promise<Finding[]> {
  const { mode, written, left } = planTownShims(deps);
  if (mode === 'off') return [good('shims', 'none, by the setting `shims`')];
  const real = left.map(({ name, path }) => warn('shims', `"${name}" is ${path}, and stays so`, '`baton config set shims force` puts ours before it'));
  const keepers = mode === 'force' ? [] : await findKeepersOfBeads(deps);
  const beads = keepers.map((dir) =>
    warn('shims', `"${dir}" keeps beads of its own: \`bd\` is left to them there`, '`baton bead …` are the beads of the town'),
  );
  return [good('shims', written.length === 0 ? 'none' : `${written.join(', ')} on the PATH of sessions`), ...real, ...beads];
}

async function findKeepersOfBeads({ store }: Deps): Promise<string[]> {
  const worktrees = (await listAgents(store.db, {})).flatMap(({ worktree }) => worktree ?? []);
  return worktrees.filter((dir) => existsSync(join(dir, '.beads')));
}

async function checkRigs(deps: Deps, fix: boolean): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const rig of await listRigs(deps.store.db)) findings.push(...(await settle(`rig ${rig.name}`, () => checkRig(deps, rig, fix))));
  return findings;
}

async function checkRig(deps: Deps, { name, target }: Rig, fix: boolean): Promise<Finding> {
  const { repository: repo } = rigPaths(deps.root, name);
  if (!existsSync(repo)) return bad(`rig ${name}`, `"${repo}" is not there`, 'restore it, or remove the rig with `baton rig remove`');
  return checkGuard(deps, name, repo, target, fix);
}

async function checkGuard({ git }: Deps, rig: string, repo: string, target: string, fix: boolean): Promise<Finding> {
  if (await isReferenceGuardInstalled(git, { repo, target })) return good(`rig ${rig}`, `only landing moves "${target}"`);
  if (!fix) return bad(`rig ${rig}`, `nothing guards "${target}" against being moved by hand`, 'run `baton doctor --fix`');
  await installReferenceGuard(git, { repo, target });
  return { ...good(`rig ${rig}`, `"${target}" is guarded again`), isMended: true };
}
