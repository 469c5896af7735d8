// What a test file left behind, and its removal. Only a process that carries the run's own mark is ended, by its number and start time.
import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What is on its way out when the file's process ends gets this long. */
const graceMs = 2000;
const termMs = 1000;
/** What one of them starts while it is ended (an agent's command starts the daemon again, that one a tmux server) is ended too, for so many looks. */
const looksMax = 20;

/**
 * Sentences about what is left of the file that ran in `place`, empty when nothing is; ends and removes all of it. Of a file that was cut off (`isCut`)
 * nothing is on its way out.
 */
export async function clearLeftovers(place, { isCut = false } = {}) {
  const deadline = Date.now() + (isCut ? 0 : graceMs);
  let processes = findProcesses(place);
  while (processes.length > 0 && Date.now() < deadline) {
    await pause(50);
    processes = findProcesses(place);
  }
  const found = [...processes.map(({ pid, command }) => `process ${pid} (${command})`), ...findFiles(place)];
  await endProcesses(processes);
  for (let look = 0, more = findProcesses(place); more.length > 0 && look < looksMax; look += 1, more = findProcesses(place)) await killProcesses(more);
  removeFolder(place.folder);
  return isFolder(place.folder) ? [...found, `folder ${place.folder}, which cannot be removed`] : found;
}

/** Processes whose environment carries the mark, or that listen on a socket inside the file's own folder. */
function findProcesses(place) {
  const sockets = findSockets(place);
  return listNames('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((name) => ({ pid: Number(name), start: readStart(name), command: readCommand(name) }))
    .filter(({ pid, start }) => start !== undefined && (carriesMark(pid, place) || listensOn(pid, sockets)));
}

/** True when a variable is the run's id or names its folder. PWD is not a proof: a person's shell may stand there. */
function carriesMark(pid, place) {
  return read(`/proc/${pid}/environ`)
    .split('\0')
    .some((entry) => !/^(OLD)?PWD=/.test(entry) && (entry === `BATON_TEST_FILE=${place.id}` || entry.includes(`${place.folder}/`)));
}

function findSockets(place) {
  const lines = read('/proc/net/unix').split('\n');
  return new Set(lines.filter((line) => line.includes(` ${place.folder}/`)).map((line) => `socket:[${line.trim().split(/\s+/)[6]}]`));
}

function listensOn(pid, sockets) {
  if (sockets.size === 0) return false;
  const folder = `/proc/${pid}/fd`;
  return listNames(folder).some((name) => sockets.has(readLink(join(folder, name))));
}

function findFiles(place) {
  return listNames(place.temp).map((name) => `${isFolder(join(place.temp, name)) ? 'folder' : 'file'} ${name}`);
}

async function endProcesses(processes) {
  const alive = () => processes.filter(({ pid, start }) => readStart(pid) === start);
  const deadline = Date.now() + termMs;
  for (const { pid } of alive()) signal(pid, 'SIGTERM');
  while (alive().length > 0 && Date.now() < deadline) await pause(20);
  await killProcesses(alive());
}

async function killProcesses(processes) {
  const alive = () => processes.filter(({ pid, start }) => readStart(pid) === start);
  const deadline = Date.now() + termMs;
  for (const { pid } of alive()) signal(pid, 'SIGKILL');
  while (alive().length > 0 && Date.now() < deadline) await pause(20);
}

/** A few tries, because a process that is only just dying may still write. */
function removeFolder(folder) {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  } catch (error) {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EBUSY' && error.code !== 'EACCES' && error.code !== 'EPERM') throw error;
  }
}

/** The start time, or undefined for one that is gone or a zombie. */
function readStart(pid) {
  const fields = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  return fields.length < 20 || fields[0] === 'Z' ? undefined : fields[19];
}

function readCommand(pid) {
  return read(`/proc/${pid}/cmdline`).split('\0').join(' ').trim().slice(0, 120);
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Empty for what is gone, or another user's. */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function readLink(path) {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function listNames(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isFolder(path) {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
