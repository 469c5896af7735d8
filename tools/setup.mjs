// Sets up everything that a script of package.json needs: packages, a new enough Node, tmux, git, the bundle. Parsed by any Node from 18
// on, and without packages, because it runs before there are any. A second run finds its stamps and does nothing. run.mjs calls it: npm's
// own `pre` scripts are silently left out where `ignore-scripts` is set, as it is in this repository's .npmrc.
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canRun, findNode, oldestNode, packagedNode } from './find-node.mjs';
import { describeProgram, findPostgres, installPostgres, installProgram } from './install-program.mjs';
import { withLock } from './lock.mjs';
import { runShown, SetupProblem, say } from './progress.mjs';
import { packagesHash, packagesStamp, readStamp, sourcesHash } from './stamps.mjs';

const root = resolve(fileURLToPath(import.meta.url), '../..');

/** What each use needs, in the order in which it is made. */
const steps = {
  start: [packages, node, programs, bundle],
  test: [packages, node, programs, postgres],
  check: [packages, node],
};

// A step answers undefined when there is nothing to do, else what does it. Looking needs no lock; doing does.

function packages() {
  return readStamp(packagesStamp(root)) === packagesHash(root) ? undefined : installPackages;
}

function node() {
  const found = findNode(root);
  if (found === undefined) throw new SetupProblem(needsNode());
  return undefined;
}

function programs() {
  const unfit = ['git', 'tmux'].filter((name) => describeProgram(name) !== 'fit');
  return unfit.length === 0 ? undefined : () => installPrograms(unfit);
}

/** Tests of the store on PostgreSQL name themselves skipped where there is none; in CI there must be one. */
function postgres() {
  return process.env.CI !== 'true' || findPostgres() !== undefined ? undefined : installPostgres;
}

function bundle() {
  return readStamp(join(root, 'dist/.stamp')) === sourcesHash(root) ? undefined : buildBundle;
}

async function installPackages() {
  const { npm_execpath: npm, npm_node_execpath: npmNode } = process.env;
  // npm runs under the Node that it came with: the one in node_modules is about to be replaced.
  const start = npm?.endsWith('npm-cli.js') && npmNode !== undefined ? [npmNode, npm] : ['npm'];
  const [command, ...args] = [...start, 'ci', '--include=dev', '--include=optional', '--loglevel=error'];
  const { code, output } = await runShown('installing packages (npm ci)', command, args, root);
  if (code !== 0) throw new SetupProblem(`npm ci failed:\n${output}\nSee that the npm registry can be reached, then run this again.`);
  if (!canRun(packagedNode(root))) setAsidePackagedNode();
  writeFileSync(packagesStamp(root), packagesHash(root));
}

/** npm puts `node_modules/.bin` first on PATH, so a Node there that this machine cannot run would hide the system's own. */
function setAsidePackagedNode() {
  rmSync(packagedNode(root), { force: true });
  rmSync(join(root, 'node_modules/.bin/node'), { force: true });
}

async function installPrograms(names) {
  for (const name of names) await installProgram(name);
}

async function buildBundle() {
  const { code, output } = await runShown('building the bundle', findNode(root), [join(root, 'tools/build.mjs')], root);
  if (code !== 0) throw new SetupProblem(`the bundle could not be built:\n${output}`);
}

function needsNode() {
  return `Node ${oldestNode} or newer is needed, and this is ${process.version}; no packaged Node fits ${process.platform}-${process.arch}. Install it from nodejs.org or your system's packages, then run this again.`;
}

/** Sees that everything for `purpose` is there; says what to do and answers false when it cannot be. */
export async function setUp(purpose) {
  try {
    for (const step of steps[purpose]) await takeStep(step);
    return true;
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    say(error.message);
    return false;
  }
}

/** With the lock held the step is looked at again: another set-up may have done it meanwhile. */
async function takeStep(step) {
  if (step() === undefined) return;
  const wait = (owner) => say(`another set-up is at work (process ${owner?.split('|')[0] ?? 'unknown'}); waiting for it …`);
  await withLock(join(root, '.cache/setup.lock'), async () => step()?.(), wait);
}

async function main(args) {
  const purpose = args[0] === '--for' ? args[1] : 'start';
  if (steps[purpose] === undefined) say(`"${purpose}" is not a use; set-up knows ${Object.keys(steps).join(', ')}`);
  return steps[purpose] !== undefined && (await setUp(purpose)) ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
