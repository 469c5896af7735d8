import { matchesGlob, posix } from 'node:path';
import type { Finding, House, ReadTree } from './house.ts';
import type { ImportFact, SourceFacts } from './read-sources.ts';
import { isForTests } from './rooms.ts';

/** The files that are pure by their name, and every file of their room that they import: what a pure file stands on is pure. */
export function findPureFiles(house: House, sources: readonly SourceFacts[]): Set<string> {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const named = sources.filter(({ path }) => !isForTests(path) && house.pure.files.some((pattern) => matchesGlob(path, `src/${pattern}`)));
  const pure = new Set<string>();
  const add = (source: SourceFacts | undefined): void => {
    if (source === undefined || pure.has(source.path)) return;
    pure.add(source.path);
    for (const target of listSiblings(source)) add(byPath.get(target));
  };
  named.forEach(add);
  return pure;
}

function listSiblings({ path, imports }: SourceFacts): string[] {
  return imports.flatMap(({ specifier }) => (specifier?.startsWith('.') ? [posix.join(posix.dirname(path), specifier)] : []));
}

/** Pure files use only pure doors and no clock, chance, process or console. */
export function judgePurity({ house, sources, pureFiles }: ReadTree): Finding[] {
  return sources
    .filter(({ path }) => pureFiles.has(path))
    .flatMap(({ path, imports, outsideNames }) => [
      ...imports
        .filter((one) => !isPureImport(house, one))
        .map(({ specifier, line }) => ({ file: path, line, text: `a pure file may not import "${specifier}"` })),
      ...outsideNames
        .filter(({ name }) => house.pure.refused.includes(name))
        .map(({ name, line }) => ({ file: path, line, text: `a pure file may not use ${name}; it is handed in` })),
    ])
    .map((finding) => ({ rule: 'pure', ...finding }));
}

/** Of packages, those that house.json names; of others the types, which are gone when it runs. */
function isPureImport(house: House, { specifier, isType }: ImportFact): boolean {
  if (specifier === undefined) return false;
  if (specifier.startsWith('.') || specifier === '#base') return true;
  if (specifier.startsWith('#')) return specifier.endsWith('/model');
  return house.pure.packages.includes(specifier) || (isType && !specifier.startsWith('node:'));
}
