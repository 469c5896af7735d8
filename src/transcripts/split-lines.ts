const newline = 0x0a;
const carriageReturn = 0x0d;

/** A whole line: where it begins in the file, and what it holds; undefined where that is too long. */
export interface Line {
  readonly offset: number;
  readonly text: string | undefined;
}

/** Cuts a file's bytes, given piece by piece, into lines. Holds one unended line of at most `bytesMax`; a longer one is passed by. */
export class LineSplitter {
  readonly #bytesMax: number;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #offset: number;

  constructor(offset: number, bytesMax: number) {
    this.#offset = offset;
    this.#bytesMax = bytesMax;
  }

  /** Where the first line begins that has not ended yet. */
  get offset(): number {
    return this.#offset;
  }

  /** Hands out the lines that end in this piece. The piece is kept no longer than the call. */
  split(piece: Buffer, onLine: (line: Line) => void): void {
    let start = 0;
    for (let end = piece.indexOf(newline); end !== -1; end = piece.indexOf(newline, start)) {
      this.#end(piece.subarray(start, end), 1, onLine);
      start = end + 1;
    }
    if (start < piece.length) this.#hold(piece.subarray(start));
  }

  /** Hands out what has no end, as a line: for a file that gets no more. */
  flush(onLine: (line: Line) => void): void {
    if (this.#heldBytes > 0) this.#end(Buffer.alloc(0), 0, onLine);
  }

  #end(rest: Buffer, endBytes: number, onLine: (line: Line) => void): void {
    const length = this.#heldBytes + rest.length + endBytes;
    const isTooLong = length > this.#bytesMax;
    const bytes = this.#held.length === 0 ? rest : Buffer.concat([...this.#held, rest]);
    const line = { offset: this.#offset, text: isTooLong ? undefined : decode(bytes) };
    this.#offset += length;
    this.#held = [];
    this.#heldBytes = 0;
    onLine(line);
  }

  #hold(rest: Buffer): void {
    this.#heldBytes += rest.length;
    if (this.#heldBytes > this.#bytesMax) this.#held = [];
    else this.#held.push(Buffer.from(rest));
  }
}

/** Without a carriage return at the end, and without a byte order mark at the start. */
function decode(bytes: Buffer): string {
  const end = bytes.at(-1) === carriageReturn ? bytes.length - 1 : bytes.length;
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return bytes.toString('utf8', start, end);
}
