/**
 * A file's name as git prints it: bytes, which need not be UTF-8. `text` is for people; `bytes` finds the file; `inner` is git's own quoted form without
 * the quotes, in which it goes back to git.
 */
export type GitName = { readonly text: string; readonly inner: string; readonly bytes: Buffer };

const letters: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 };

/** Reads a name in git's quoted form (git-config(1), core.quotePath) or plain. */
export function readName(printed: string): GitName {
  const inner = printed.startsWith('"') ? printed.slice(1, -1) : printed;
  const bytes = printed.startsWith('"') ? unquote(inner) : Buffer.from(printed);
  return { text: bytes.toString('utf8'), inner, bytes };
}

/** A pathspec that leaves out exactly this file or folder, for `--pathspec-from-file`. */
export function excludePathspec({ inner }: GitName): string {
  return `":(top,exclude,literal)${inner.replace(/\/$/, '')}"`;
}

/** True for a folder that git does not look into. */
export function isFolder({ inner }: GitName): boolean {
  return inner.endsWith('/');
}

function unquote(inner: string): Buffer {
  const parts = inner.matchAll(/\\([0-7]{3})|\\(.)|[^\\]+/g);
  return Buffer.concat(
    Array.from(parts, ([whole, octal, letter]) => {
      if (octal !== undefined) return Buffer.of(Number.parseInt(octal, 8));
      return letter === undefined ? Buffer.from(whole) : Buffer.of(letters[letter] ?? letter.charCodeAt(0));
    }),
  );
}
