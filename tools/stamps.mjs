// Parsed by any Node from 18 on. A stamp says what a result was made from; set-up does a step again only when its stamp differs.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The parts of package.json that decide what is installed: a changed script line must not cost an install. */
const installed = ['dependencies', 'devDependencies', 'optionalDependencies', 'overrides'];

/** The fingerprint of what `npm ci` installs on this kind of machine. */
export function packagesHash(root) {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const parts = installed.map((field) => manifest[field] ?? {});
  return hash([process.platform, process.arch, JSON.stringify(parts), readFileSync(join(root, 'package-lock.json'))]);
}

/** Where the fingerprint of what is installed is written once it is. */
export function packagesStamp(root) {
  return join(root, 'node_modules/.baton-stamp');
}

/** The fingerprint of what the bundle is made from: all of src but tests, documents and fixtures, the packages, and the build itself. */
export function sourcesHash(root) {
  const inputs = ['package.json', 'package-lock.json', 'tools/build.mjs', ...listSources(root, 'src')];
  return hash(inputs.flatMap((path) => [path, readFileSync(join(root, path))]));
}

/** The text of a stamp, or undefined where there is none. */
export function readStamp(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function listSources(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return entry.name === 'fixtures' ? [] : listSources(root, path);
      return entry.name.endsWith('.test.ts') || entry.name.endsWith('.md') ? [] : [path];
    });
}

function hash(parts) {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part).update('\0');
  return sum.digest('hex').slice(0, 16);
}
