import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** A fault point as it stands in the code: named for itself (`fault('x')`), or the name of a change (`point: 'x'`), which has three. */
export interface FoundPoint {
  readonly name: string;
  readonly file: string;
  readonly isChange: boolean;
}

/** Changes whose point is handed in by a variable, as the callers name it. */
const handedIn: Readonly<Record<string, readonly string[]>> = {
  'src/work/move-bead.ts': ['bead.close', 'bead.drop', 'bead.reopen'],
  'src/landing/record-landing.ts': ['merge.commit', 'merge.land', 'merge.refuse', 'merge.again', 'merge.postpone'],
};

/** Every fault point of the program. */
export function readFaultPoints(): FoundPoint[] {
  const files = globSync('src/**/*.ts', { cwd: root }).filter((file) => !/test\.ts$|testing\.ts$|fixtures|contract|^src\/cli\//.test(file));
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const named = namesIn(text, /\bfault\('([^']+)'\)/g).map((name) => ({ name, file, isChange: false }));
    const isHandedIn = /\bchange(?:<\w*>)?\(\{[^}]*\bpoint[ ,]/.test(text) && file !== 'src/store/change.ts';
    const changes = [...namesIn(text, /\bpoint: '([^']+)'/g), ...(isHandedIn ? (handedIn[file] ?? [`what ${file} is handed`]) : [])];
    return [...named, ...changes.map((name) => ({ name, file, isChange: true }))];
  });
}

/** The text of a file of the tree. */
export function readTreeFile(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name);
}
