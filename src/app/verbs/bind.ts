import type { Reader } from '#store';
import type { Deps } from '../deps.ts';

/** A room's verb with its dependencies in place. */
export function bind<A extends readonly unknown[], R>(deps: Deps, verb: (deps: Deps, ...request: A) => R): (...request: A) => R {
  return (...request) => verb(deps, ...request);
}

/** A room's reading verb, which sees one moment of the store. */
export function bindRead<A extends readonly unknown[], R>({ store }: Deps, verb: (reader: Reader, ...request: A) => Promise<R>): (...request: A) => Promise<R> {
  return (...request) => store.read((reader) => verb(reader, ...request));
}
