// Parsed by any Node from 18 on.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const pollMs = 200;
const guardMsMax = 10_000;

/**
 * Runs `work` while this process alone holds the folder `path`. A folder is moved into place with its owner already written inside, so
 * nobody ever sees a lock without an owner; one whose owner is dead is taken over.
 */
export async function withLock(path, work, onWait = () => {}) {
  mkdirSync(dirname(path), { recursive: true });
  let waited = false;
  while (!take(path)) {
    const owner = readOwner(path);
    if (owner !== undefined && !isAlive(owner) && discardDead(path, owner)) continue;
    if (!waited) onWait(owner);
    waited = true;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  const release = () => discard(path);
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

/** Takes a lock away in one move: one that is emptied where it is could be taken by another process meanwhile. */
function discard(path) {
  const aside = `${path}.over.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  rmSync(aside, { recursive: true, force: true });
}

/**
 * Takes a dead owner's lock away. One process at a time, behind a guard, looks once more and does so: of two that saw the dead owner, the slower one
 * would take away what the faster one holds by then. False where another one is at it.
 */
function discardDead(path, owner) {
  const guard = `${path}.takeover`;
  try {
    mkdirSync(guard);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isStale(guard)) rmSync(guard, { recursive: true, force: true });
    return false;
  }
  try {
    if (readOwner(path) === owner) discard(path);
  } finally {
    rmSync(guard, { recursive: true, force: true });
  }
  return true;
}

/** A takeover takes milliseconds: a guard that is so old was left by one that was killed in it. */
function isStale(guard) {
  const stat = statSync(guard, { throwIfNoEntry: false });
  return stat !== undefined && Date.now() - stat.mtimeMs > guardMsMax;
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
