import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Whoever asks looks for what came a moment ago: it stands at the end, behind little else. */
const bytesMax = 16 * 1024 * 1024;
const pieceBytes = 1024 * 1024;

/**
 * Which of these texts stand in the last 16 MB of a file, byte for byte and without its records being read: texts that JSON writes as they are. Undefined
 * where nobody can look, so that nothing is known.
 */
export function findTexts(path: string, texts: readonly string[]): ReadonlySet<string> | undefined {
  try {
    const fd = openSync(path, 'r');
    try {
      return scan(fd, texts);
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

function scan(fd: number, texts: readonly string[]): Set<string> {
  const found = new Set<string>();
  const overlap = Math.max(0, ...texts.map((text) => Buffer.byteLength(text))) - 1;
  const piece = Buffer.alloc(pieceBytes + Math.max(0, overlap));
  const end = fstatSync(fd).size;
  for (let at = Math.max(0, end - bytesMax); at < end && found.size < texts.length; at += pieceBytes) {
    const seen = piece.subarray(0, readSync(fd, piece, 0, piece.length, at));
    for (const text of texts) if (seen.includes(text)) found.add(text);
  }
  return found;
}
