// Parsed by any Node from 18 on.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const pollMs = 200;

/**
 * Runs `work` while this process alone holds the folder `path`. A folder is moved into place with its owner already written inside, so
 * nobody ever sees a lock without an owner; one whose owner is dead is taken over.
 */
export async function withLock(path, work, onWait = () => {}) {
  mkdirSync(dirname(path), { recursive: true });
  let waited = false;
  while (!take(path)) {
    const owner = readOwner(path);
    if (owner !== undefined && !isAlive(owner)) {
      discard(path, owner);
      continue;
    }
    if (!waited) onWait(owner);
    waited = true;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  const release = () => discard(path, identity(process.pid));
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

function take(path) {
  const mine = `${path}.${process.pid}`;
  rmSync(mine, { recursive: true, force: true });
  mkdirSync(mine);
  writeFileSync(join(mine, 'owner'), identity(process.pid));
  try {
    renameSync(mine, path);
    return true;
  } catch (error) {
    rmSync(mine, { recursive: true, force: true });
    if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Takes an owner's lock away in one move: one that is emptied where it is could be taken by another process meanwhile. Where another process was
 * faster and the lock is its own by now, it is put back.
 */
function discard(path, owner) {
  const aside = `${path}.over.${process.pid}`;
  try {
    renameSync(path, aside);
    if (readOwner(aside) !== owner) renameSync(aside, path);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  }
  rmSync(aside, { recursive: true, force: true });
}

function readOwner(path) {
  try {
    return readFileSync(join(path, 'owner'), 'utf8');
  } catch {
    return undefined;
  }
}

function isAlive(owner) {
  return identity(Number(owner.split('|')[0])) === owner;
}

/** `pid|start`: the start time tells a process from a later one with the same number. Without /proc the start is 0 for whatever lives. */
function identity(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return `${pid}|${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return `${pid}|${isRunning(pid) ? 0 : 'ended'}`;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
