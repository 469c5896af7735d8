import { closeSync, openSync, readSync } from 'node:fs';
import type { Chance } from '#base';

/** The machine's randomness, good enough for secrets. Asked of the kernel, because loading `node:crypto` costs a fifth of a bare node. */
export const systemChance: Chance = Object.freeze({
  bytes: (count: number) => readRandom(count),
  fraction: () => readRandom(6).readUIntBE(0, 6) / 2 ** 48,
});

function readRandom(count: number): Buffer {
  const bytes = Buffer.alloc(count);
  const source = openSync('/dev/urandom', 'r');
  try {
    for (let at = 0; at < count; ) at += readSync(source, bytes, at, count - at, null);
    return bytes;
  } finally {
    closeSync(source);
  }
}
