// Runs a script of package.json under the project's own Node, after setting up what it needs: `node tools/run.mjs <verb> [args]`. Parsed by
// any Node from 18 on; what a verb does is loaded only under the Node that it needs.
import { spawn } from 'node:child_process';
import { readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode } from './find-node.mjs';
import { setUp } from './setup.mjs';

const root = resolve(fileURLToPath(import.meta.url), '../..');

/** For each verb what it needs set up, and what it does; that answers an exit code. */
const verbs = {
  start: { needs: 'start', run: (args) => runNode([join(root, 'dist/baton.cjs'), 'demo', ...args]) },
  test: { needs: 'test', run: async (args) => (await import('./run-tests.mjs')).runTests(args) },
  'test:agents': { needs: 'test', run: async (args) => (await import('./run-tests.mjs')).runAgentTests(args) },
  'test:long': { needs: 'test', run: async (args) => (await import('./run-tests.mjs')).runLongTests(args) },
  check: { needs: 'check', run: async () => (await import('./check.mjs')).check() },
  bench: { needs: 'start', run: runBenches },
  measure: { needs: 'check', run: () => runNode([join(root, 'tools/measure.mjs')]) },
  build: { needs: 'check', run: (args) => runNode([join(root, 'tools/build.mjs'), ...args]) },
  add: { needs: 'check', run: addPackage },
};

/** Words narrow the files, options (`--quick`) are theirs. */
async function runBenches(args) {
  const [options, words] = [args.filter((arg) => arg.startsWith('--')), args.filter((arg) => !arg.startsWith('--'))];
  const names = readdirSync(join(root, 'bench')).filter((name) => name.endsWith('.bench.ts') && words.every((word) => name.includes(word)));
  let code = names.length === 0 ? 1 : 0;
  if (code !== 0) console.error(`bench: no file of bench/ matches "${words.join(' ')}"`);
  for (const name of names.sort()) code = Math.max(code, await runNode([join(root, 'bench', name), ...options]));
  return code;
}

/** npm picks versions by the Node that it runs under, so it must be this one. */
async function addPackage(args) {
  if (args.length === 0) {
    console.error('add: which package? For instance `npm run add -- smol-toml`, or with `--save-dev`');
    return 2;
  }
  const code = await run('npm', ['install', '--save-exact', ...args]);
  return code === 0 ? runNode([join(root, 'tools/complete-lock.mjs'), '--installed']) : code;
}

function runNode(args) {
  return run(process.execPath, args);
}

/**
 * Runs a program in our place: its streams are ours, and signals are passed on to it. What a terminal sends goes to the whole group: then it has that
 * already, and we only wait for its end.
 */
function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => process.stdin.isTTY || child.kill(signal));
    child.on('error', (error) => {
      console.error(error.message);
      resolve(127);
    });
    child.on('exit', (code, signal) => resolve(signal === null ? code : 128));
  });
}

/** Takes away what npm adds for its scripts, and puts the project's Node and programs first on PATH. */
function cleanEnvironment(node) {
  for (const name of Object.keys(process.env)) if (/^npm_/i.test(name)) delete process.env[name];
  const first = [dirname(node), join(root, 'node_modules/.bin')];
  const rest = (process.env.PATH ?? '').split(delimiter).filter((folder) => !first.includes(folder));
  process.env.PATH = [...first, ...rest].join(delimiter);
}

async function main([verb, ...args]) {
  if (verbs[verb] === undefined) {
    console.error(`run: "${verb}" is not one of ${Object.keys(verbs).join(', ')}`);
    return 2;
  }
  const { needs, run: runVerb } = verbs[verb];
  if (!(await setUp(needs))) return 1;
  const node = findNode(root);
  if (realpathSync(node) !== realpathSync(process.execPath)) return run(node, [fileURLToPath(import.meta.url), verb, ...args]);
  cleanEnvironment(node);
  return runVerb(args);
}

process.exitCode = await main(process.argv.slice(2));
