const newline = 0x0a;
const carriageReturn = 0x0d;

/** A whole line: where it begins in the file, how many bytes it takes with its end, and what it holds; undefined where that is too long. */
export interface Line {
  readonly offset: number;
  readonly length: number;
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

  /** The lines that end in this piece. The piece is kept no longer than the call. */
  split(piece: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = piece.indexOf(newline); end !== -1; end = piece.indexOf(newline, start)) {
      lines.push(this.#end(piece.subarray(start, end)));
      start = end + 1;
    }
    this.#hold(piece.subarray(start));
    return lines;
  }

  #end(rest: Buffer): Line {
    const length = this.#heldBytes + rest.length + 1;
    const isTooLong = length > this.#bytesMax;
    const bytes = this.#held.length === 0 ? rest : Buffer.concat([...this.#held, rest]);
    const line = { offset: this.#offset, length, text: isTooLong ? undefined : decode(bytes) };
    this.#offset += length;
    this.#held = [];
    this.#heldBytes = 0;
    return line;
  }

  #hold(rest: Buffer): void {
    this.#heldBytes += rest.length;
    if (this.#heldBytes > this.#bytesMax) this.#held = [];
    else if (rest.length > 0) this.#held.push(Buffer.from(rest));
  }
}

/** Without a carriage return at the end, and without a byte order mark at the start. */
function decode(bytes: Buffer): string {
  const end = bytes.at(-1) === carriageReturn ? bytes.length - 1 : bytes.length;
  const text = bytes.toString('utf8', 0, end);
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
