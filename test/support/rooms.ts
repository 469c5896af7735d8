import type { House } from './house.ts';

/** The room of a path in src, or undefined outside of src and for files that lie in src itself. */
export function roomOf(path: string): string | undefined {
  const [top, room, ...rest] = path.split('/');
  return top === 'src' && rest.length > 0 ? room : undefined;
}

/** The line of a room, counted from the bottom; undefined for one that house.json does not know. */
export function levelOf(house: House, room: string): number | undefined {
  const level = house.levels.findIndex((rooms) => rooms.includes(room));
  return level < 0 ? undefined : level;
}

/** True for tests and for `testing.ts`, which only tests use: they may use fakes, and some rules leave them alone. */
export function isForTests(path: string): boolean {
  return path.endsWith('.test.ts') || path.endsWith('/testing.ts') || !path.startsWith('src/');
}
