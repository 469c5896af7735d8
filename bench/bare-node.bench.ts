import { compare, type Measured, measureRate } from './harness.ts';

/** The floor that every hot command is held against, and how much of a ratio is noise: the same program on both sides. */
const bareNode: Measured = { name: 'node -e 0', command: [process.execPath, '-e', '0'] };
const withSqlite: Measured = { name: 'node, SQLite loaded', command: [process.execPath, '-e', "require('node:sqlite')"] };

compare({ name: 'a bare node against itself', runs: 20, a: bareNode, b: bareNode });
compare({ name: 'a bare node against one with SQLite', runs: 20, a: bareNode, b: withSqlite });
await measureRate({ name: 'an empty call, in process', durationMs: 100, work: () => undefined });
