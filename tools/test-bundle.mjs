// The bundle that panes and child processes of the tests run.
import { existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { sourcesHash } from './stamps.mjs';

/** Bundles of older sources are kept this long: another run may still be using one. */
const keptMs = 60 * 60_000;

/**
 * The folder of the bundle of the sources as they are now, made if it is not there; or why it cannot be made, which fails the run but does
 * not stop the tests that need no bundle.
 */
export async function prepareTestBundle(root) {
  const folder = join(root, '.cache/test-dist');
  const bundle = join(folder, sourcesHash(root));
  try {
    if (!existsSync(bundle)) await buildAside(bundle);
  } catch (error) {
    return { bundle: undefined, problem: error.message };
  }
  sweep(folder, bundle);
  return { bundle, problem: undefined };
}

function sweep(folder, bundle) {
  const now = Date.now();
  utimesSync(bundle, now / 1000, now / 1000);
  for (const name of readdirSync(folder)) {
    const usedAt = statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? now;
    if (now - usedAt > keptMs) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** Built aside and moved into place whole, so that two runs may make the same one at once. */
async function buildAside(bundle) {
  const partial = `${bundle}.${process.pid}`;
  await build(partial);
  try {
    renameSync(partial, bundle);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(bundle)) throw error;
  }
}
