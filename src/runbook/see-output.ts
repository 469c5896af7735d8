import { type FileHandle, open } from 'node:fs/promises';
import { byteLength, cutToBytes } from '#base';

/** What the agent sees of a command's output, and how much there was. */
export interface Seen {
  readonly text: string;
  readonly bytes: number;
}

/** The output in a log as far as it is seen: all of it, or its head and tail with a line between that says what is left out. Never over `bytesMax`. */
export async function seeOutput(path: string, bytesMax: number): Promise<Seen> {
  const file = await open(path, 'r').catch(() => undefined);
  // Where the log could not even be made, there is nothing to see.
  if (file === undefined) return { text: '', bytes: 0 };
  try {
    const { size } = await file.stat();
    const whole = size <= bytesMax ? await readAt(file, 0, size) : undefined;
    // Bytes that are no UTF-8 grow when they are decoded.
    if (whole !== undefined && byteLength(whole) <= bytesMax) return { text: whole, bytes: size };
    return { text: await seeEnds(file, { size, bytesMax, path }), bytes: size };
  } finally {
    await file.close();
  }
}

async function seeEnds(file: FileHandle, { size, bytesMax, path }: { size: number; bytesMax: number; path: string }): Promise<string> {
  const gap = `\n… ${size} bytes in all, the middle left out; the whole is ${path} …\n`;
  const half = Math.floor((bytesMax - byteLength(gap)) / 2);
  if (half <= 0) return cutToBytes(gap.trim(), bytesMax);
  const head = await readAt(file, 0, Math.min(half, size));
  const tail = await readAt(file, Math.max(0, size - half), size);
  return cutToBytes(head, half) + gap + endOf(tail, half);
}

async function readAt(file: FileHandle, from: number, to: number): Promise<string> {
  const bytes = Buffer.alloc(to - from);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
  return bytes.toString('utf8', 0, bytesRead);
}

/** The longest end of a text that fits in `bytes` of UTF-8. */
export function endOf(text: string, bytes: number): string {
  const whole = Buffer.from(text);
  let start = Math.max(0, whole.length - bytes);
  while (start < whole.length && ((whole[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return whole.toString('utf8', start);
}
