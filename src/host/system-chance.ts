import { randomBytes } from 'node:crypto';
import type { Chance } from '#base';

/** The machine's randomness, good enough for secrets. */
export const systemChance: Chance = Object.freeze({
  bytes: (count: number) => randomBytes(count),
  fraction: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
});
