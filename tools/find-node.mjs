// Parsed by any Node from 18 on: set-up runs before the project's own Node is there.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The oldest Node that runs the project: `node:sqlite`, type stripping and `require(esm)` are settled in it. */
export const oldestNode = 24;

/** The Node that the project's programs run under: the one in `node_modules`, else the caller's own if it is new enough. */
export function findNode(root) {
  const packaged = packagedNode(root);
  if (existsSync(packaged)) return packaged;
  return isNewEnough(process.versions.node) ? process.execPath : undefined;
}

/** Where the pinned `node-linux-*` package keeps its program, whether or not it is there. */
export function packagedNode(root) {
  return join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
}

/** False for a program that this machine cannot run, such as a glibc build on musl. */
export function canRun(node) {
  const answer = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return answer.status === 0 && isNewEnough(answer.stdout.trim().replace(/^v/, ''));
}

function isNewEnough(version) {
  return Number.parseInt(version, 10) >= oldestNode;
}
