// Parsed by any Node from 18 on.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runShown, SetupProblem } from './progress.mjs';

/** Each system's package manager: how it installs, and how it refreshes its lists when the first try fails. */
const managers = [
  {
    program: 'apt-get',
    install: ['-o', 'DPkg::Lock::Timeout=120', 'install', '-y', '--no-install-recommends'],
    refresh: ['-o', 'DPkg::Lock::Timeout=120', 'update'],
  },
  { program: 'dnf', install: ['install', '-y'] },
  { program: 'apk', install: ['add', '--no-cache'] },
  { program: 'pacman', install: ['-S', '--noconfirm', '--needed'], refresh: ['-Sy'] },
  { program: 'zypper', install: ['--non-interactive', 'install'], refresh: ['--non-interactive', 'refresh'] },
];

/**
 * The programs that Baton runs. tmux 3.2 is the first with what the design relies on (`-e` for new sessions, control-mode flags); git 2.28
 * the first with the `reference-transaction` hook.
 */
const programs = {
  tmux: { oldest: [3, 2], versionArgs: ['-V'] },
  git: { oldest: [2, 28], versionArgs: ['--version'] },
};

/** `fit`, `missing`, or the version of one that is too old. */
export function describeProgram(name) {
  const { oldest, versionArgs } = programs[name];
  const answer = spawnSync(name, versionArgs, { encoding: 'utf8' });
  if (answer.error !== undefined || answer.status !== 0) return 'missing';
  const version = answer.stdout.match(/(\d+)\.(\d+)/);
  if (version === null) return answer.stdout.trim();
  const [major, minor] = [Number(version[1]), Number(version[2])];
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]) ? 'fit' : version[0];
}

/** Installs `name` where that needs no password, else says what to type. */
export async function installProgram(name) {
  const installer = findInstaller();
  if (installer?.isFree) await install(installer, name, name);
  const after = describeProgram(name);
  if (after === 'fit') return;
  const wanted = `${name} ${programs[name].oldest.join('.')} or newer is needed, and ${after === 'missing' ? 'there is none' : `this one is ${after}`}.`;
  throw new SetupProblem(`${wanted} ${advice(installer, name)}`);
}

/** The folder of PostgreSQL's `initdb`, the newest first, or undefined. */
export function findPostgres() {
  const versioned = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt'].flatMap((base) =>
    list(base)
      .sort((a, b) => Number.parseFloat(b) - Number.parseFloat(a))
      .map((name) => join(base, name, 'bin')),
  );
  const fixed = ['/usr/local/pgsql/bin', ...list('/usr').flatMap((name) => (name.startsWith('pgsql-') ? [join('/usr', name, 'bin')] : []))];
  return [...pathFolders(), ...versioned, ...fixed].find((folder) => isProgram(join(folder, 'initdb')));
}

/** Installs Debian's PostgreSQL without the cluster that its package would make and start. */
export async function installPostgres() {
  const installer = findInstaller();
  if (installer?.manager.program !== 'apt-get' || !installer.isFree) return;
  const settings = '/etc/postgresql-common/createcluster.conf';
  if (process.getuid?.() === 0 && !existsSync(settings)) {
    mkdirSync('/etc/postgresql-common', { recursive: true });
    writeFileSync(settings, 'create_main_cluster = false\n');
  }
  await install(installer, 'PostgreSQL (for the store tests)', 'postgresql');
}

function findInstaller() {
  const manager = managers.find(({ program }) => findProgram(program) !== undefined);
  if (manager === undefined) return undefined;
  if (process.getuid?.() === 0) return { manager, prefix: [], isFree: true };
  const sudo = spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' });
  return { manager, prefix: ['sudo', '-n'], isFree: sudo.status === 0 };
}

/** Lists of packages are refreshed only when the first try fails: on most machines it does not. */
async function install({ manager, prefix }, label, packageName) {
  const run = (what, args) => {
    const [command, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', manager.program, ...args];
    return runShown(what, command, rest);
  };
  const first = await run(`installing ${label}`, [...manager.install, packageName]);
  if (first.code === 0) return;
  if (manager.refresh !== undefined) await run('refreshing the lists of packages', manager.refresh);
  const second = await run(`installing ${label}, second try`, [...manager.install, packageName]);
  if (second.code !== 0) process.stderr.write(second.output);
}

function advice(installer, name) {
  if (installer === undefined) return `Install it with your system's package manager, then run this again.`;
  const command = [installer.manager.program, ...installer.manager.install.filter((word) => !/^-o$|::/.test(word)), name].join(' ');
  return `Type this, then run this again: ${process.getuid?.() === 0 ? '' : 'sudo '}${command}`;
}

function findProgram(name) {
  return pathFolders().find((folder) => isProgram(join(folder, name)));
}

function pathFolders() {
  return (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
