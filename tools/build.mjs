// Builds the programs into single files: `node tools/build.mjs [--out DIR]`. Panes and child processes run these, because running
// TypeScript directly costs several times a bare Node.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { build as bundle } from 'esbuild';
import { sourcesHash } from './stamps.mjs';

const root = resolve(import.meta.dirname, '..');

/** Each program and the file that it starts in. `baton` is the hot path: everything else is in `cli`, which it loads only when needed. */
const programs = {
  baton: 'src/cli/hot.ts',
  cli: 'src/cli/main.ts',
  daemon: 'src/daemon/main.ts',
  runbook: 'src/runbook/main.ts',
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

/** Builds into `out`, each file put in place whole, so that a program started meanwhile finds the old one or the new one. */
export async function build(out, say = console.log) {
  const startedAt = Date.now();
  const hash = sourcesHash(root);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const files = await bundlePrograms(version, say);
  mkdirSync(out, { recursive: true });
  const wanted = new Set(files.map(({ name }) => name));
  for (const name of readdirSync(out)) if (name.endsWith('.cjs') && !wanted.has(name)) rmSync(join(out, name));
  for (const { name, contents } of files) place(out, name, contents);
  place(out, 'version.json', `${JSON.stringify({ version, hash })}\n`);
  place(out, '.stamp', hash);
  const sizes = files.map(({ name, contents }) => `${name} ${Math.round(contents.length / 1024)} KB`).join(', ');
  say(`build: ${sizes === '' ? 'nothing to build' : sizes}, in ${Date.now() - startedAt} ms`);
}

async function bundlePrograms(version, say) {
  const present = Object.entries(programs).filter(([name, source]) => {
    const isPresent = existsSync(join(root, source));
    if (!isPresent) say(`build: ${name}.cjs is left out, because there is no ${source}`);
    return isPresent;
  });
  if (present.length === 0) return [];
  const { outputFiles } = await bundle({
    absWorkingDir: root,
    entryPoints: present.map(([name, source]) => ({ in: source, out: name })),
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
    plugins: [keepProgramsApart],
    // import() becomes require(), which starts faster in a CommonJS file.
    supported: { 'dynamic-import': false },
    define: { BATON_VERSION: JSON.stringify(version) },
    logLevel: 'warning',
  });
  return outputFiles.map(({ path, contents }) => ({ name: basename(path), contents }));
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
