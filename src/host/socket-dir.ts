import { lstatSync, mkdirSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { assert, byteLength, Fault } from '#base';
import { ensureDir } from './files.ts';
import { sha256Hex } from './sha256.ts';

/** The kernel's bound on a Unix socket's path, less its final NUL (macOS: 103). */
const socketPathBytesMax = process.platform === 'darwin' ? 103 : 107;
/** What a socket's name in our folder may take, `/` included. */
const socketNameBytesMax = 24;

/** 8 hexadecimal characters that stand for a path; the caller has resolved its links, so that a town has one. */
export function hashOfPath(realPath: string): string {
  assert(isAbsolute(realPath), `"${realPath}" is not an absolute path`);
  return sha256Hex(realPath).slice(0, 8);
}

/**
 * The folder (0700, made where missing) for a town's sockets: `$XDG_RUNTIME_DIR/baton/<hash>`, or `/tmp/baton-<uid>/<hash>` where that variable
 * is missing, its folder is not ours, or the path would be too long. A folder or link that somebody else laid there is refused (`conflict`).
 */
export function socketDir({ env, uid }: { env: Readonly<Record<string, string | undefined>>; uid: number }, townHash: string): string {
  const runtimeDir = env.XDG_RUNTIME_DIR;
  const wanted = runtimeDir === undefined ? undefined : join(runtimeDir, 'baton', townHash);
  const fits = wanted !== undefined && isAbsolute(wanted) && byteLength(wanted) + socketNameBytesMax <= socketPathBytesMax;
  if (runtimeDir !== undefined && wanted !== undefined && fits && isOwnFolder(runtimeDir, uid)) return ensurePrivate(wanted, uid);
  return ensurePrivate(join('/tmp', `baton-${uid}`, townHash), uid);
}

/** Both levels are checked: who owns the upper one can exchange the lower. */
function ensurePrivate(path: string, uid: number): string {
  for (const folder of [dirname(path), path]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!isOwnFolder(folder, uid)) {
      throw new Fault('conflict', `"${folder}" does not belong to you or is no folder`, {
        hint: `see who made it (\`ls -ld ${folder}\`) and remove it, or set XDG_RUNTIME_DIR`,
      });
    }
    ensureDir(folder, 0o700);
  }
  return path;
}

function isOwnFolder(path: string, uid: number): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === uid;
}
