// Completes package-lock.json after npm has written it. npm leaves out optional packages that the registry at hand does not have, such as a
// build for a system that nobody here uses, and then `npm ci` refuses the lock as "not in sync". What a package declares is enough to put
// them back: on a system that they fit, npm fetches them by name and version. `--installed` says that npm has just installed from this lock.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packagesHash, packagesStamp, readStamp } from './stamps.mjs';

const root = resolve(import.meta.dirname, '..');
const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];

const isInstalled = process.argv[2] === '--installed' || readStamp(packagesStamp(root)) === packagesHash(root);
const path = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8'));
const missing = listMissing(lock.packages);
const packages = { ...lock.packages, ...Object.fromEntries(missing) };
const sorted = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
if (missing.length > 0) writeFileSync(path, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);
// What is put back is for other systems: what is installed on this machine stays as it is.
if (isInstalled) writeFileSync(packagesStamp(root), packagesHash(root));
console.log(`lock: ${missing.length === 0 ? 'complete' : `put back ${missing.map(([where]) => where.replace('node_modules/', '')).join(', ')}`}`);

/** Entries for the builds for other systems that a package of the lock declares and the lock lacks. */
function listMissing(packages) {
  return Object.entries(packages).flatMap(([where, parent]) =>
    Object.entries(where === '' ? {} : (parent.optionalDependencies ?? {})).flatMap(([name, version]) => {
      const entry = describeBuild(name, version, parent);
      return packages[`node_modules/${name}`] === undefined && entry !== undefined ? [[`node_modules/${name}`, entry]] : [];
    }),
  );
}

/** Such packages are named for what they fit: `binding-linux-x64-musl`. Undefined for one that names no system. */
function describeBuild(name, version, parent) {
  const words = name.split(/[/-]/);
  const at = words.findIndex((word) => systems.includes(word));
  if (at < 0 || !/^\d/.test(version)) return undefined;
  const [os, cpu, abi = ''] = words.slice(at);
  const libc = os !== 'linux' || abi === '' ? {} : { libc: [abi.startsWith('musl') ? 'musl' : 'glibc'] };
  return { version, cpu: [cpu], ...(parent.dev ? { dev: true } : {}), ...libc, optional: true, os: [os] };
}
