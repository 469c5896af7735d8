// Builds the programs into single files: `node tools/build.mjs [--out DIR]`. Panes and child processes run these, because running
// TypeScript directly costs several times a bare Node.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { build as bundle } from 'esbuild';
import { sourcesHash } from './stamps.mjs';

const root = resolve(import.meta.dirname, '..');

/** Each program and the file that it starts in. `baton` is the entry: it loads `hot` for what sessions call all the time, else `cli`. */
const programs = {
  baton: 'src/cli/hot.ts',
  hot: 'src/cli/hot-half.ts',
  cli: 'src/cli/main.ts',
  daemon: 'src/daemon/main.ts',
  runbook: 'src/runbook/main.ts',
  view: 'src/view/main.ts',
  demo: 'src/demo/main.ts',
};

/** `import('./main.ts')` of another program's first file, or `require('./cli.cjs')`, stays a load of that program's own file. */
const keepProgramsApart = {
  name: 'keep-programs-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/.*\.(cjs|ts)$/ }, ({ path, kind, resolveDir }) => {
      const loaded = kind === 'dynamic-import' || kind === 'require-call';
      const name = Object.keys(programs).find((one) => path === `./${one}.cjs` || resolve(resolveDir, path) === join(root, programs[one]));
      return loaded && name !== undefined ? { path: `./${name}.cjs`, external: true } : undefined;
    });
  },
};

/**
 * Parts of Kysely that we never call, and that every hot command would load: a third of it. Our schema is text, and has one name (DESIGN.md S9).
 * Whoever calls one is told so.
 */
const leaveOutUnused = {
  name: 'leave-out-unused',
  setup({ onLoad }) {
    for (const { file, write } of kyselyFiles) {
      onLoad({ filter: new RegExp(`[\\\\/]kysely[\\\\/]dist[\\\\/]${file}\\.js$`) }, ({ path }) => ({ contents: write(readFileSync(path, 'utf8')) }));
    }
  },
};

const kyselyFiles = [
  ...['schema/schema-module', 'plugin/with-schema/with-schema-plugin', 'query-builder/(merge-query|json-path|case)-builder'].map((file) => ({
    file,
    write: writeEmptyClasses,
  })),
  { file: 'query-compiler/default-query-compiler', write: leaveOutDefinitions },
  { file: 'operation-node/operation-node-visitor', write: findVisitorsLate },
  { file: 'util/object-utils', write: leaveUnfrozen },
  { file: 'expression/expression-builder', write: keepBuilder },
];

function writeEmptyClasses(text) {
  const names = [...text.matchAll(/^export class (\w+)/gm)].map(([, name]) => name);
  return names.map((name) => `export class ${name} { constructor() { throw new Error('${name} is left out of the bundle (tools/build.mjs)'); } }`).join('\n');
}

/** The compiler's methods for what makes and changes tables, which end as they begin, four spaces from the margin. */
function leaveOutDefinitions(text) {
  const left = text.replaceAll(/^ {4}visit(?:Create|Drop|Alter|Add|Rename|Modify|Refresh|Merge|JSON)\w*\(node\) \{\n.*?^ {4}\}\n/gms, '');
  return changed(text, left);
}

/** The visitor binds a hundred methods for each compiler, to find one by the kind of a node; the name says as much. */
function findVisitorsLate(text) {
  const late = text
    .replace(/^ {4}#visitors = freeze\(\{\n(?: {8}(\w+)Node: this\.visit\1\.bind\(this\),\n)+ {4}\}\);\n/m, '')
    .replace('this.#visitors[node.kind](node)', "this['visit' + node.kind.slice(0, -4)](node)");
  return changed(text, late);
}

/** Nobody changes what Kysely has made, and freezing each node of a query takes a tenth of its time. */
function leaveUnfrozen(text) {
  return changed(text, text.replace('return Object.freeze(obj);', 'return obj;'));
}

/** Each `where((row) => …)` makes thirty functions anew, and they keep nothing. */
function keepBuilder(text) {
  return changed(text, text.replace(/^( {4}return )(createExpressionBuilder\(\);\n\}\n)/m, '$1kept ??= $2let kept;\n'));
}

/**
 * What adapters need to start, copy and watch programs: a signal is answered without any of it, and the other runtimes' would come along too. Constants
 * that are one line stay.
 */
const leaveOutOfHot = {
  name: 'leave-out-of-hot',
  setup({ onLoad }) {
    const parts = ['launch', 'extension', 'plugin', 'personal-signals', 'screen'];
    onLoad({ filter: new RegExp(`[\\\\/]src[\\\\/]runtimes[\\\\/]\\w+[\\\\/](${parts.join('|')})\\.ts$`) }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const constants = [...text.matchAll(/^export const \w+ = '.*';$/gm)].map(([line]) => line);
      const names = [...text.matchAll(/^export function (\w+)/gm)].map(([, name]) => name);
      const stubs = names.map((name) => `export function ${name}() { throw new Error('${name} is left out of the hot bundle (tools/build.mjs)'); }`);
      return { contents: [...constants, ...stubs].join('\n') };
    });
  },
};

function changed(before, after) {
  if (before === after) throw new Error('Kysely is another one than tools/build.mjs leaves parts of out');
  return after;
}

const builtinMark = 'baton-builtin:';

/** Builds into `out`, each file put in place whole, so that a program started meanwhile finds the old one or the new one. */
export async function build(out, say = console.log) {
  const startedAt = Date.now();
  const hash = sourcesHash(root);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const files = await bundlePrograms({ version, hash }, say);
  mkdirSync(out, { recursive: true });
  // The compiled forms of the programs that were here (src/cli/load-compiled.ts).
  rmSync(join(out, 'compiled'), { recursive: true, force: true });
  const wanted = new Set(files.map(({ name }) => name));
  for (const name of readdirSync(out)) if (name.endsWith('.cjs') && !wanted.has(name)) rmSync(join(out, name));
  for (const { name, contents } of files) place(out, name, contents);
  place(out, 'version.json', `${JSON.stringify({ version, hash })}\n`);
  place(out, '.stamp', hash);
  const sizes = files.map(({ name, contents }) => `${name} ${Math.round(contents.length / 1024)} KB`).join(', ');
  say(`build: ${sizes === '' ? 'nothing to build' : sizes}, in ${Date.now() - startedAt} ms`);
}

async function bundlePrograms({ version, hash }, say) {
  const present = Object.entries(programs).filter(([name, source]) => {
    const isPresent = existsSync(join(root, source));
    if (!isPresent) say(`build: ${name}.cjs is left out, because there is no ${source}`);
    return isPresent;
  });
  if (present.length === 0) return [];
  const hot = present.filter(([name]) => name === 'hot');
  const others = present.filter(([name]) => name !== 'hot');
  const [made, madeHot] = await Promise.all([bundleOf(others, { version, hash }, []), bundleOf(hot, { version, hash }, [leaveOutOfHot])]);
  const toFile = ({ path, text }) => ({ name: basename(path), contents: writeBuiltins(text) });
  const halves = { 'cli.cjs': writeAsFunction, 'hot.cjs': writeHot };
  return [...made, ...madeHot].map(toFile).map(({ name, contents }) => ({ name, contents: halves[name]?.(contents) ?? contents }));
}

async function bundleOf(entries, { version, hash }, plugins) {
  if (entries.length === 0) return [];
  const { outputFiles } = await bundle({
    absWorkingDir: root,
    entryPoints: entries.map(([name, source]) => ({ in: source, out: name })),
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    minify: true,
    keepNames: false,
    sourcemap: false,
    legalComments: 'none',
    external: ['pg-native'],
    plugins: [keepProgramsApart, leaveOutUnused, ...plugins, loadBuiltinsLate],
    // import() becomes require(), which starts faster in a CommonJS file.
    supported: { 'dynamic-import': false },
    define: { BATON_VERSION: JSON.stringify(version), BATON_BUILD: JSON.stringify(hash) },
    logLevel: 'warning',
  });
  return outputFiles;
}

/**
 * Node's own modules are loaded when something of them is first used, and not when the program begins: crypto, child_process, net and what they
 * need cost a third of a bare node. Those two that Node has loaded by then are asked for once, and not by each of our files. An import is given a name
 * that no source text has, so that the same words in a string of ours stay what they are.
 */
const loadBuiltinsLate = {
  name: 'load-builtins-late',
  setup({ onResolve }) {
    onResolve({ filter: /^node:/ }, ({ path, kind }) => (kind === 'import-statement' ? { path: `${builtinMark}${path}`, external: true } : undefined));
  },
};

const loadedBuiltins = { 'node:fs': 'nodeFs', 'node:path': 'nodePath' };

function writeBuiltins(text) {
  const written = text.replaceAll(new RegExp(`require\\("${builtinMark}(node:[\\w/]+)"\\)`, 'g'), (_, id) => loadedBuiltins[id] ?? `lateBuiltin("${id}")`);
  const loaded = Object.entries(loadedBuiltins).map(([id, name]) => `${name}=require("${id}")`);
  const lateBuiltin = 'lateBuiltin=(id)=>{let found;return new Proxy({},{get:(_,name)=>(found??=process.getBuiltinModule(id))[name]})}';
  return written.replace(/^(#!.*\n)?"use strict";/, (head) => `${head}const ${[...loaded, lateBuiltin].join(',')};`);
}

/** In ASCII, because with one character more V8 keeps all of the hot half in twice the memory. */
function writeHot(text) {
  const [beyond] = /.{0,40}[^\0-\x7f].{0,40}/.exec(text) ?? [];
  if (beyond !== undefined) throw new Error(`hot.cjs has a character beyond ASCII, which esbuild can't write otherwise; write it as \\u…: ${beyond}`);
  return writeAsFunction(text);
}

/**
 * As the loader of both halves wants it (src/cli/load-compiled.ts): what Node makes of a CommonJS file before it runs it, because that takes a copy of
 * the text.
 */
function writeAsFunction(text) {
  return `(function (exports, require, module, __filename, __dirname) {${text}\n})\n`;
}

function place(out, name, contents) {
  const path = join(out, name);
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, contents);
  if (name === 'baton.cjs') chmodSync(partial, 0o755);
  renameSync(partial, path);
}

if (process.argv[1] === import.meta.filename) {
  const [flag, folder] = process.argv.slice(2);
  // esbuild has printed what is wrong by then, with the place in the source.
  await build(resolve(flag === '--out' && folder !== undefined ? folder : join(root, 'dist'))).catch((error) => {
    if (error.errors === undefined) throw error;
    process.exitCode = 1;
  });
}
