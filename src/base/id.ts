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
