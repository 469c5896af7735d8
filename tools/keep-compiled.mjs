// Loaded into each test file's process before all else: what it compiles of our sources is kept for the next files, which is half of what starting
// one costs. Only in this process: its children are what is tested, and have the caches that they have everywhere.
import { enableCompileCache } from 'node:module';

enableCompileCache(`${import.meta.dirname}/../.cache/compiled`);
