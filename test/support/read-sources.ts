import type { Node, SourceFile } from 'typescript/unstable/ast';
import { createVirtualFileSystem } from 'typescript/unstable/fs';
import { API } from 'typescript/unstable/sync';
import { blankStrings, isEffect, readFunction, readImport, readTestName } from './read-nodes.ts';
import { readOutsideNames } from './read-outside-names.ts';

/** One import, re-export, `import()`, `require()` or `import('…')` type. `specifier` is undefined where it is not a plain text. */
export interface ImportFact {
  readonly specifier: string | undefined;
  readonly line: number;
  readonly isType: boolean;
}

export interface NameFact {
  readonly name: string;
  readonly line: number;
}

export interface FunctionFact extends NameFact {
  readonly lineCount: number;
}

/** What the house asks about one TypeScript file; lines count from 1. */
export interface SourceFacts {
  readonly path: string;
  readonly text: string;
  readonly lineCount: number;
  readonly imports: readonly ImportFact[];
  /** Names used but not declared in the file, `Math.random` as one name. */
  readonly outsideNames: readonly NameFact[];
  /** Lines of statements that do something as soon as the file is imported. */
  readonly effectLines: readonly number[];
  /** Names given to `test`, `it`, `describe` and their variants. */
  readonly testNames: readonly NameFact[];
  /** The text with every string, template and regular expression blanked; lines stay where they are. */
  readonly textWithoutStrings: string;
  readonly functions: readonly FunctionFact[];
}

/** Reads TypeScript files, given as path → text, by TypeScript's own parser; nothing is resolved or checked. */
export function readSources(texts: Readonly<Record<string, string>>): SourceFacts[] {
  const compilerOptions = { noLib: true, noResolve: true, types: [], noEmit: true, allowImportingTsExtensions: true };
  const files: Record<string, string> = { '/tree/tsconfig.json': JSON.stringify({ compilerOptions, include: ['**/*.ts'] }) };
  for (const [path, text] of Object.entries(texts)) files[`/tree/${path}`] = text;
  const api = new API({ cwd: '/tree', fs: createVirtualFileSystem(files) });
  try {
    const program = api.updateSnapshot({ openProjects: ['/tree/tsconfig.json'] }).getProjects()[0]?.program;
    return Object.keys(texts).map((path) => {
      const source = program?.getSourceFile(`/tree/${path}`);
      if (source === undefined) throw new Error(`"${path}" was not parsed`);
      return readFacts(path, source);
    });
  } finally {
    api.close();
  }
}

function readFacts(path: string, source: SourceFile): SourceFacts {
  const { text } = source;
  const lineAt = countLines(text);
  const line = (node: Node) => lineAt(node.getStart(source));
  const nodes = listNodes(source);
  return {
    path,
    text,
    lineCount: text.replace(/\n$/, '').split('\n').length,
    imports: nodes.flatMap((node) => readImport(node, line)),
    outsideNames: readOutsideNames(nodes).map(({ name, node }) => ({ name, line: line(node) })),
    effectLines: source.statements.filter(isEffect).map(line),
    testNames: nodes.flatMap((node) => readTestName(node, source, line)),
    textWithoutStrings: blankStrings(text, nodes, source),
    functions: nodes.flatMap((node) => readFunction(node, line(node), lineAt(node.end))),
  };
}

function listNodes(source: SourceFile): Node[] {
  const nodes: Node[] = [];
  const visit = (node: Node): void => {
    nodes.push(node);
    node.forEachChild(visit);
  };
  visit(source);
  return nodes;
}

/** A function from an offset to its line, by binary search. */
function countLines(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
