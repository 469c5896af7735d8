import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bundle } from './run-baton.ts';

/**
 * Leaves what the programs of a town were compiled to beside the bundle that the town has them from: the next town takes it over with them (app 1),
 * instead of compiling anew what its sessions call. Not for a bundle that the test has changed, whose forms fit nothing else.
 */
export function shareCompiled(root: string, env: Readonly<Record<string, string>>): void {
  if (process.env.BATON_TEST_DIST === undefined || env.BATON_TEST_DIST !== process.env.BATON_TEST_DIST) return;
  const { hash } = JSON.parse(readFileSync(join(bundle, 'version.json'), 'utf8')) as { hash: string };
  const shared = join(bundle, 'compiled');
  mkdirSync(shared, { recursive: true });
  for (const path of globSync(`.baton/bin/*/compiled/${hash}-*`, { cwd: root })) {
    const to = join(shared, basename(path));
    if (existsSync(to) || /\.\d+$/.test(path)) continue;
    // Its name comes last, because others copy meanwhile.
    const draft = `${to}.${process.pid}`;
    copyFileSync(join(root, path), draft);
    renameSync(draft, to);
  }
}
