import { fstatSync, readSync, writeSync } from 'node:fs';

const pieceBytes = 64 * 1024;
/** A pipe that others made non-blocking has nothing yet, or no room yet: looked at again this soon. */
const againMs = 2;

/** All of stdin at once, without an event loop; empty where a person types, or where it is no file at all. */
export function readStdinNow(): string {
  if (whenReady(isDevice) !== false) return '';
  const parts: Buffer[] = [];
  for (;;) {
    const piece = Buffer.allocUnsafe(pieceBytes);
    const count = whenReady(() => readSync(0, piece));
    if (count === undefined || count === 0) return Buffer.concat(parts).toString('utf8');
    parts.push(piece.subarray(0, count));
  }
}

/** A terminal is told from a pipe without `isatty`, which loads Node's network too. */
function isDevice(): boolean {
  return fstatSync(0).isCharacterDevice();
}

/** Writes all of a text at once; a reader that has gone gets nothing, silently: then the answer is false. */
export function writeNow(fd: 1 | 2, text: string): boolean {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    const count = whenReady(() => writeSync(fd, bytes, at));
    if (count === undefined) return false;
    at += count;
  }
  return true;
}

/** Undefined at the end of a pipe: closed by its other side, or never there. */
function whenReady<T>(act: () => T): T | undefined {
  for (;;) {
    try {
      return act();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE' || code === 'EOF' || code === 'EBADF') return undefined;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, againMs);
    }
  }
}
