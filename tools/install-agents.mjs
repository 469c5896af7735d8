// `node tools/install-agents.mjs [NAME …]`: the real agents that tests drive, in the versions of test/agents/agents.json, in a folder that outlives
// clones. Ends with 3 where the registry can't be reached, so that a caller can do without them. Parsed by any Node from 22 on.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { runShown, SetupProblem, say } from './progress.mjs';

const root = resolve(fileURLToPath(import.meta.url), '../..');

/** What npm says where no registry answers, or one that does not hand everything out. */
const unreachable =
  /\b(E40[134]|E5\d\d|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR)\b|network/;

/** One question tells soon that there is no way out: over a whole install npm's waits add up to minutes. */
const oneTry = ['--fetch-retries=0', '--fetch-timeout=20000'];

/** The registry does not answer: not the fault of what is asked for. */
class RegistryUnreachable extends Error {}

/** The agents that there are, as test/agents/agents.json has them: name → packages with their versions, and the program as a pattern; or which one it wraps. */
function readAgents() {
  return JSON.parse(readFileSync(join(root, 'test/agents/agents.json'), 'utf8'));
}

/** Installs what is not there of the named agents. Answers for each `{ version, folder, program }`, or `{ missing: sentence }` without a registry. */
export async function installAgents(names) {
  const known = readAgents();
  const unknown = names.filter((name) => known[name] === undefined);
  if (unknown.length > 0) throw new SetupProblem(`"${unknown[0]}" is none of the agents ${Object.keys(known).join(', ')}`);
  const found = {};
  for (const name of names) found[name] = await installOne(...wrappedBy(name, known));
  return found;
}

/** What is to be installed for an agent: itself, or what it is a wrapper around. */
function wrappedBy(name, known) {
  const { wraps = name } = known[name];
  return [wraps, known[wraps]];
}

async function installOne(name, agent) {
  const version = Object.values(agent.packages)[0];
  const folder = join(agentsFolder(), `${name}-${[...new Set(Object.values(agent.packages))].join('+')}`);
  try {
    if (!existsSync(folder)) await withLock(`${folder}.lock`, () => existsSync(folder) || install(name, agent, folder), sayWaiting(name));
  } catch (error) {
    if (!(error instanceof RegistryUnreachable)) throw error;
    return { missing: error.message };
  }
  return { version, folder, program: findProgram(name, agent, folder) };
}

/** Made aside and renamed into place, so that what stands there is whole; what a killed install left aside is cleared away, as the lock is ours. */
async function install(name, { packages, program }, folder) {
  clearAside(folder);
  mustReachRegistry(name, packages);
  const aside = `${folder}.aside.${process.pid}`;
  mkdirSync(aside, { recursive: true });
  writeFileSync(join(aside, 'package.json'), `${JSON.stringify({ private: true, dependencies: packages }, null, 2)}\n`);
  const args = ['install', '--prefix', aside, '--ignore-scripts=false', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline', '--loglevel=error'];
  const label = `installing ${Object.entries(packages)
    .map((one) => one.join('@'))
    .join(' and ')}`;
  const { code, output } = await runShown(label, 'npm', args, aside);
  try {
    if (code !== 0 && unreachable.test(output)) throw new RegistryUnreachable(sayUnreachable(name));
    if (code !== 0) throw new SetupProblem(`npm could not install ${name}:\n${output}`);
    mustStart(name, findProgram(name, { program }, aside), aside);
    renameSync(aside, folder);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function mustReachRegistry(name, packages) {
  const [wanted] = Object.entries(packages).map((one) => one.join('@'));
  const { status, stderr } = spawnSync('npm', ['view', wanted, 'version', '--prefer-offline', ...oneTry], { encoding: 'utf8' });
  if (status !== 0 && unreachable.test(stderr)) throw new RegistryUnreachable(sayUnreachable(name));
}

function sayUnreachable(name) {
  return `${name} is not installed, and the npm registry can't be reached or does not give it`;
}

/** Some of the packages put their program into place by a script that npm may refuse to run: that is seen here, not in a test. */
function mustStart(name, program, aside) {
  const home = join(aside, '.home');
  mkdirSync(home);
  const env = { PATH: process.env.PATH, HOME: home, TMPDIR: home, CLAUDE_CODE_TMPDIR: home, PI_OFFLINE: '1', OPENCODE_DISABLE_AUTOUPDATE: '1' };
  const { status, stdout, stderr, error } = spawnSync(program, ['--version'], { env, encoding: 'utf8', timeout: 60_000 });
  rmSync(home, { recursive: true, force: true });
  if (status !== 0) throw new SetupProblem(`${name} was installed, but "${program} --version" ends with ${status ?? error?.message}:\n${stdout}${stderr}`);
}

function findProgram(name, { program }, folder) {
  const [found] = globSync(program, { cwd: folder }).sort();
  if (found === undefined) throw new SetupProblem(`${name} has no program "${program}" in "${folder}"; remove that folder and install it again`);
  return join(folder, found);
}

function clearAside(folder) {
  if (!existsSync(dirname(folder))) return;
  for (const name of readdirSync(dirname(folder))) {
    if (name.startsWith(`${basename(folder)}.aside.`)) rmSync(join(dirname(folder), name), { recursive: true, force: true });
  }
}

function agentsFolder() {
  const cache = process.env.XDG_CACHE_HOME ?? '';
  return process.env.BATON_AGENTS_DIR ?? join(cache === '' ? join(homedir(), '.cache') : cache, 'baton/agents');
}

function sayWaiting(name) {
  return (owner) => say(`another process (${owner?.split('|')[0] ?? 'unknown'}) is installing ${name}; waiting for it …`);
}

async function main(args) {
  try {
    const found = await installAgents(args.length > 0 ? args : Object.keys(readAgents()));
    for (const [name, { version, program, missing }] of Object.entries(found)) console.log(missing ?? `${name} ${version}  ${program}`);
    return Object.values(found).some(({ missing }) => missing !== undefined) ? 3 : 0;
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    say(error.message);
    return 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
