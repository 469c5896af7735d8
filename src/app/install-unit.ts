import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault, second } from '#base';
import { buildEnvironment, ensureDir, findProgram, hashOfPath, runProgram, writeFileAtomic } from '#host';
import type { Deps } from './deps.ts';
import { installPrograms } from './install-programs.ts';
import { daemonFiles } from './reach-daemon.ts';
import { describeUnit, type UnitFile } from './unit-file.ts';

type Parts = Pick<Deps, 'env' | 'root' | 'paths' | 'host' | 'settings' | 'programs'>;

/**
 * `todo`: what the person has to type, because the service manager is not there or refused; `refusal` says which. `unwritten`: variables that the file must not
 * hold.
 */
export interface UnitAnswer {
  readonly kind: 'printed' | 'installed' | 'already' | 'uninstalled' | 'not-installed';
  readonly manager: UnitFile['manager'];
  readonly path: string;
  readonly text: string;
  readonly todo: readonly string[];
  readonly refusal?: Refusal;
  readonly unwritten: readonly string[];
}

/** The manager's program is not on this machine; nothing answers it, as in a container; it answered, and refused a command. */
export type Refusal = 'missing' | 'silent' | 'refused';

/** What came of telling the manager. */
type Told = Pick<UnitAnswer, 'todo' | 'refusal'>;

/** Where things are and how to speak: what a service manager does not say by itself, and no secret ever. */
const written = /^(PATH|SHELL|LANG|LC_.*|TZ|TMPDIR|TMUX_TMPDIR|XDG_(CONFIG|DATA|CACHE|STATE)_HOME|NODE_EXTRA_CA_CERTS|SSL_CERT_.*)$/;
const managerMsMax = 20 * second;

/** Writes the file that starts the town's daemon with the machine, whole or not at all, and enables it where the manager answers. Repeatable. */
export async function installUnit(deps: Parts, { isPrinted }: { isPrinted: boolean }): Promise<UnitAnswer> {
  const file = getUnit(deps);
  const unwritten = deps.settings.get('env.pass').filter((name) => !written.test(name));
  const answer = { manager: file.manager, path: file.path, text: file.text, unwritten };
  if (isPrinted) return { kind: 'printed', ...answer, todo: [] };
  installPrograms(deps);
  const isThere = existsSync(file.path) && readFileSync(file.path, 'utf8') === file.text;
  if (!isThere) {
    ensureDir(dirname(file.path));
    writeFileAtomic(file.path, file.text, { mode: 0o600 });
  }
  return { kind: isThere ? 'already' : 'installed', ...answer, ...(await tell(deps, file, file.enable)) };
}

/** Disables and removes it; also what half of one is left. What runs now goes on. */
export async function uninstallUnit(deps: Parts): Promise<UnitAnswer> {
  const file = getUnit(deps);
  const link = join(dirname(file.path), 'default.target.wants', file.name);
  const isThere = existsSync(file.path);
  const told = isThere ? await tell(deps, file, file.disable) : { todo: [] };
  for (const path of [file.path, link]) rmSync(path, { force: true });
  return { kind: isThere ? 'uninstalled' : 'not-installed', manager: file.manager, path: file.path, text: file.text, ...told, unwritten: [] };
}

function getUnit({ env, root, paths, host }: Parts): UnitFile {
  const home = env.HOME;
  if (home === undefined || home === '') throw new Fault('unavailable', 'HOME is not set, so there is no place for a service', { hint: 'set HOME' });
  const built = Object.entries(buildEnvironment(env, { pass: [] })).filter(([name]) => written.test(name));
  const file = describeUnit({
    platform: host.platform,
    root,
    hash: hashOfPath(root),
    baton: join(paths.bin, 'baton'),
    log: daemonFiles(paths.run).log,
    env: Object.fromEntries(built),
    home,
    configHome: env.XDG_CONFIG_HOME || join(home, '.config'),
    uid: process.getuid?.() ?? 0,
  });
  if (file !== undefined) return file;
  throw new Fault('unsupported', `"${host.platform}" has no service manager that Baton knows`, {
    hint: 'have `baton daemon run` started by the one that there is',
  });
}

/** Runs the manager's commands; answers, as a person types them, those that could not be run. */
async function tell({ env }: Parts, file: UnitFile, commands: readonly (readonly string[])[]): Promise<Told> {
  const built = buildEnvironment(env, { pass: ['DBUS_SESSION_BUS_ADDRESS'] });
  const refusal = await findRefusal(file, built);
  if (refusal !== undefined) return { todo: commands.map((words) => words.join(' ')), refusal };
  const failed: string[] = [];
  for (const words of commands) {
    const { code } = await runProgram({ env: built, timeoutMs: managerMsMax }, words);
    if (code !== 0) failed.push(words.join(' '));
  }
  return failed.length === 0 ? { todo: [] } : { todo: failed, refusal: 'refused' };
}

/** A machine may have the program and no manager behind it, as in a container. */
async function findRefusal({ manager }: UnitFile, env: Readonly<Record<string, string>>): Promise<Refusal | undefined> {
  const words = manager === 'systemd' ? ['systemctl', '--user', 'show-environment'] : ['launchctl', 'managername'];
  if (findProgram(words[0] ?? '', env.PATH ?? '') === undefined) return 'missing';
  return (await runProgram({ env, timeoutMs: managerMsMax }, words)).code === 0 ? undefined : 'silent';
}
