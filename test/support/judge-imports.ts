import { posix } from 'node:path';
import type { Finding, House, ReadTree } from './house.ts';
import type { ImportFact } from './read-sources.ts';
import { isForTests, levelOf, roomOf } from './rooms.ts';

const doors = /^#([^/]+)(?:\/(model|testing))?$/;

/** Imports run downhill through doors: `#room`, `#room/model`, and for tests `#room/testing`. */
export function judgeImports({ house, sources }: ReadTree): Finding[] {
  return sources.flatMap(({ path, imports }) =>
    imports.flatMap((one) => judgeImport(house, path, one).map((finding) => ({ ...finding, file: path, line: one.line }))),
  );
}

type Judgement = Pick<Finding, 'rule' | 'text'>;

function judgeImport(house: House, path: string, { specifier }: ImportFact): Judgement[] {
  if (specifier === undefined) return [{ rule: 'door', text: 'what is imported is not a plain text, so nothing can be proved about it' }];
  if (specifier.startsWith('#')) return judgeDoor(house, path, specifier);
  if (specifier.startsWith('/') || specifier.startsWith('file:')) return [{ rule: 'door', text: `"${specifier}" is an absolute path` }];
  return specifier.startsWith('.') ? judgeRelative(path, specifier) : [];
}

/** Inside a room, by relative path. Tests outside of src use doors like everybody. */
function judgeRelative(path: string, specifier: string): Judgement[] {
  const target = posix.join(posix.dirname(path), specifier);
  const [from, to] = [roomOf(path), target.split('/')];
  if (from === undefined) return to[0] === 'src' ? [{ rule: 'door', text: `"${specifier}" goes into a room, which is entered by its doors` }] : [];
  return to[0] === 'src' && to[1] === from && to.length > 2 ? [] : [{ rule: 'door', text: `"${specifier}" leaves the room "${from}"` }];
}

function judgeDoor(house: House, path: string, specifier: string): Judgement[] {
  const [, room, door] = specifier.match(doors) ?? [];
  if (room === undefined) return [{ rule: 'door', text: `"${specifier}" is no door; there are #room, #room/model, #room/testing` }];
  if (levelOf(house, room) === undefined) return [{ rule: 'room', text: `"${specifier}": house.json has no room "${room}"` }];
  const found: Judgement[] = [];
  if (door === 'testing' && !isForTests(path)) found.push({ rule: 'door', text: `"${specifier}" is for tests and testing.ts only` });
  return [...found, ...judgeDirection(house, path, room, specifier), ...judgeOnly(house, path, room, specifier)];
}

function judgeDirection(house: House, path: string, room: string, specifier: string): Judgement[] {
  const from = roomOf(path);
  if (from === undefined) return [];
  if (from === room) return [{ rule: 'door', text: `"${specifier}" is the room's own door; inside a room imports are relative` }];
  const [own, other] = [levelOf(house, from), levelOf(house, room)];
  if (own === undefined || other === undefined || other < own) return [];
  return [{ rule: 'downhill', text: `"${from}" (line ${own}) may not import "${room}" (line ${other})` }];
}

function judgeOnly(house: House, path: string, room: string, specifier: string): Judgement[] {
  const from = roomOf(path);
  const allowed = from === undefined ? undefined : house.only[from];
  if (allowed === undefined || isForTests(path) || from === room) return [];
  const door = specifier.slice(1);
  if (allowed.includes(door) || (door.endsWith('/model') && allowed.includes('*/model'))) return [];
  return [{ rule: 'only', text: `"${from}" may use only ${allowed.join(', ')}, not "${specifier}"` }];
}
