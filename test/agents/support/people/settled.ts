import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Where somebody is set up to use an agent: all paths absolute, the model at `url`. */
export interface Place {
  readonly home: string;
  readonly temp: string;
  readonly url: string;
  /** Which version is installed. */
  readonly version: string;
}

/**
 * Sets somebody up as a person would once: a key, what was accepted at the first start; trust in a folder is Baton's. Answers what has to be in their
 * environment.
 */
export type SettleIn = (place: Place) => Readonly<Record<string, string>>;

/** Any key does; each vendor's client looks at its form. */
export const dummyKey = 'sk-ant-dummy-0000000000000000000000';

/** Writes a file of somebody's home with its folders; what is no text becomes JSON. */
export function writeHomeFile(path: string, content: unknown): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
}
