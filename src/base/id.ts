import type { Chance } from './clock.ts';

const base36 = '0123456789abcdefghijklmnopqrstuvwxyz';

/** `length` random characters of base 36, without bias: bytes of 252 and above are thrown away. */
export function randomBase36(chance: Chance, length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of chance.bytes(length)) {
      if (byte < 252 && text.length < length) text += base36[byte % 36];
    }
  }
  return text;
}

/** `length` random hexadecimal characters. */
export function randomHex(chance: Chance, length: number): string {
  const bytes = chance.bytes(Math.ceil(length / 2));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, length);
}

/** A session's id: `sess_` and 8 hexadecimal characters (DESIGN.md section 2). */
export function newSessionId(chance: Chance): string {
  return `sess_${randomHex(chance, 8)}`;
}

/** An id of the given kind: `<prefix>-` and 5 characters of base 36. */
export function newId(chance: Chance, prefix: string): string {
  return `${prefix}-${randomBase36(chance, 5)}`;
}

/** A random UUID of version 4: the form of conversations' ids in the runtimes that take one. */
export function randomUuid(chance: Chance): string {
  const hex = randomHex(chance, 30);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(12, 15)}`, `a${hex.slice(15, 18)}`, hex.slice(18)].join('-');
}
