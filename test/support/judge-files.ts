import type { Finding, ReadTree } from './house.ts';
import { levelOf, roomOf } from './rooms.ts';

const avoided = ['manager', 'service', 'helper', 'util', 'common', 'core', 'handler'];

/** Each folder of src is a room that house.json knows, with a README of numbered promises and a door, or a program's `main.ts`. */
export function judgeRooms({ house, tree }: ReadTree): Finding[] {
  const paths = Object.keys(tree).filter((path) => path.startsWith('src/'));
  const loose = paths.filter((path) => roomOf(path) === undefined).map((file): Finding => ({ rule: 'room', file, text: 'a file of src lies in a room' }));
  const rooms = [...new Set(paths.flatMap((path) => roomOf(path) ?? []))];
  return [...loose, ...rooms.flatMap((room) => judgeRoom(room, levelOf(house, room) !== undefined, tree))];
}

function judgeRoom(room: string, isKnown: boolean, tree: ReadTree['tree']): Finding[] {
  const folder = `src/${room}`;
  const readme = tree[`${folder}/README.md`];
  const found: Finding[] = [];
  if (!isKnown) found.push({ rule: 'room', file: folder, text: `house.json has no room "${room}"` });
  if (readme === undefined) found.push({ rule: 'readme', file: folder, text: 'the room has no README.md' });
  else if (listPromises(readme).length === 0) found.push({ rule: 'readme', file: `${folder}/README.md`, text: 'it has no numbered promise ("1. …")' });
  if (tree[`${folder}/index.ts`] === undefined && tree[`${folder}/main.ts`] === undefined) {
    found.push({ rule: 'room', file: folder, text: 'the room has neither a door (index.ts) nor, as a program, a main.ts' });
  }
  return found;
}

/** Names: kebab-case, for the verb or the thing; not one of the words that attract everything. */
export function judgeFiles({ sources }: ReadTree): Finding[] {
  return sources.flatMap(({ path }): Finding[] => {
    const parts = path.replace(/\.ts$/, '').split('/').slice(1);
    const words = parts.flatMap((part) => part.split(/[.-]/));
    const word = words.find((one) => avoided.includes(one.replace(/s$/, '')));
    if (word !== undefined) return [{ rule: 'name', file: path, text: `"${word}" says nothing; name it for the verb it does or its one thing` }];
    const isKebab = parts.every((part) => /^[a-z0-9]+([.-][a-z0-9]+)*$/.test(part));
    return isKebab ? [] : [{ rule: 'name', file: path, text: 'file and folder names are kebab-case' }];
  });
}

/** What the text itself may not hold: markers of unfinished work, effects on import, ways to kill by name (DESIGN.md O4). */
export function judgeText({ house, sources }: ReadTree): Finding[] {
  return sources
    .filter(({ path }) => path.startsWith('src/'))
    .flatMap(({ path, text, textWithoutStrings, effectLines }): Finding[] => {
      const isEntry = path.endsWith('.test.ts') || house.entries.some((name) => path === `src/${roomOf(path)}/${name}`);
      const effects = isEntry ? [] : effectLines;
      return [
        ...findAll(textWithoutStrings, /\b(TODO|FIXME)\b/g).map(
          (line): Finding => ({ rule: 'marker', file: path, line, text: 'unfinished work is an issue, not a mark in the code' }),
        ),
        ...effects.map((line): Finding => ({ rule: 'effect', file: path, line, text: 'nothing happens on import (package.json says sideEffects: false)' })),
        ...findKilling(path, text),
      ];
    });
}

/** The tmux room owns its server and may end it whole or one session by an exact name; nobody kills by name or pattern. */
function findKilling(path: string, text: string): Finding[] {
  const everywhere: [RegExp, string][] = [
    [/\bpkill\b|\bkillall\b/g, 'processes are ended by number and start time'],
    [/\brespawn-pane\b[^;]{0,200}?['"\s]-k\b/g, 'respawn-pane -k kills its caller, and not a program that handles SIGHUP'],
    [/\bkill-(session|window|pane)\b[^;]{0,200}?['"\s]-a\b/g, 'this ends what it does not name'],
    [/\bkill-session['",\s]+-t['",\s]+['"](?![=$])/g, 'a bare target matches every name that begins with it; use =name or an id'],
  ];
  const outside: [RegExp, string][] = [[/\bkill-(session|server)\b/g, 'only the room tmux ends sessions and servers']];
  const rules = roomOf(path) === 'tmux' ? everywhere : [...everywhere, ...outside];
  return rules.flatMap(([pattern, why]) => findAll(text, pattern).map((line): Finding => ({ rule: 'killing', file: path, line, text: why })));
}

/** A test's name that cites a promise, `(work 2)` or `(work 2, store 1)`, cites one that the room's README makes. */
export function judgePromises({ house, tree, sources }: ReadTree): Finding[] {
  const cited = sources.flatMap(({ path, testNames }) => testNames.flatMap(({ name, line }) => listCitations(name).map((one) => ({ ...one, path, line }))));
  return cited.flatMap(({ room, number, path, line }): Finding[] => {
    const readme = tree[`src/${room}/README.md`];
    if (levelOf(house, room) === undefined || readme === undefined) return [];
    const promises = listPromises(readme);
    return promises.includes(number) ? [] : [{ rule: 'promise', file: path, line, text: `the README of "${room}" makes no promise ${number}` }];
  });
}

function listPromises(readme: string): number[] {
  return [...readme.matchAll(/^(\d+)\. /gm)].map((match) => Number(match[1]));
}

/** A number without a room of its own belongs to the one before it: `(work 2, 3)`. */
function listCitations(name: string): { readonly room: string; readonly number: number }[] {
  return [...name.matchAll(/\(([a-z]+ \d+(?:, (?:[a-z]+ )?\d+)*)\)/g)].flatMap((match) => {
    let room = '';
    return (match[1] ?? '').split(', ').map((citation) => {
      const words = citation.split(' ');
      if (words.length === 2) room = words[0] ?? '';
      return { room, number: Number(words.at(-1)) };
    });
  });
}

function findAll(text: string, pattern: RegExp): number[] {
  return [...text.matchAll(pattern)].map(({ index }) => text.slice(0, index).split('\n').length);
}
