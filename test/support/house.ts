import { judgeFiles, judgePromises, judgeRooms, judgeText } from './judge-files.ts';
import { judgeImports } from './judge-imports.ts';
import { findPureFiles, judgePurity } from './judge-purity.ts';
import { readSources, type SourceFacts } from './read-sources.ts';

/** house.json: DESIGN.md section 3 as data. */
export interface House {
  /** The rooms from the lowest line to the highest; those not built yet too. */
  readonly levels: readonly (readonly string[])[];
  /** For a room, the only doors that it may use: `base`, `runtimes/model`, or with `*` as the room every room's model. Tests are free of this. */
  readonly only: Readonly<Record<string, readonly string[]>>;
  /** Files that are pure by their name, the packages that they may use, the globals that they may not. */
  readonly pure: { readonly files: readonly string[]; readonly packages: readonly string[]; readonly refused: readonly string[] };
  /** Names of files that are programs: they start something when they are loaded. */
  readonly entries: readonly string[];
  readonly exceptions: readonly { readonly rule: Rule; readonly file: string; readonly why: string }[];
}

/** What a finding breaks. One word each, so that an exception in house.json can name it. */
export type Rule = 'room' | 'door' | 'downhill' | 'only' | 'pure' | 'effect' | 'killing' | 'marker' | 'name' | 'readme' | 'promise' | 'exception';

export interface Finding {
  readonly rule: Rule;
  readonly file: string;
  readonly line?: number;
  readonly text: string;
}

/** The files of a tree by their path from the root, with `/`: `src/**` with READMEs, and TypeScript of `test` and `bench`. */
export type Tree = Readonly<Record<string, string>>;

/** What the judges work on: the tree, read. */
export interface ReadTree {
  readonly house: House;
  readonly tree: Tree;
  readonly sources: readonly SourceFacts[];
  readonly pureFiles: ReadonlySet<string>;
}

/** Everything in the tree that the house does not allow, by file and line. An exception that excuses nothing is a finding too. */
export function judgeHouse(house: House, tree: Tree): Finding[] {
  const texts = Object.fromEntries(Object.entries(tree).filter(([path]) => path.endsWith('.ts') && !path.includes('/fixtures/')));
  const sources = readSources(texts);
  const read: ReadTree = { house, tree, sources, pureFiles: findPureFiles(house, sources) };
  const found = [judgeRooms, judgeFiles, judgeText, judgeImports, judgePurity, judgePromises].flatMap((judge) => judge(read));
  const isExcused = (finding: Finding) => house.exceptions.some(({ rule, file }) => rule === finding.rule && file === finding.file);
  const idle = house.exceptions.filter(({ rule, file }) => !found.some((finding) => rule === finding.rule && file === finding.file));
  const needless = idle.map(({ rule, file }): Finding => ({ rule: 'exception', file, text: `house.json excuses "${rule}" here, and nothing needs it` }));
  return [...found.filter((finding) => !isExcused(finding)), ...needless].sort(byPlace);
}

/** `src/work/hook-bead.ts:12 door: …` */
export function formatFinding({ rule, file, line, text }: Finding): string {
  return `${file}${line === undefined ? '' : `:${line}`} ${rule}: ${text}`;
}

function byPlace(a: Finding, b: Finding): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0);
}
