import type { LineReading } from '#runtimes/model';
import type { CopiedPart, Position } from './model.ts';

/** Marks of a transcript that begins with a copy of another conversation the turns that were spent in that one. */
export class CopyMarker {
  #copied: CopiedPart | undefined;

  constructor(from: CopiedPart | undefined) {
    this.#copied = from;
  }

  /** The record, its turn marked where it is copied; `copiedUntil` only where that is news. */
  mark(line: LineReading): LineReading {
    const { copiedUntil = 0, turnAt, usage } = line;
    const isNews = copiedUntil > (this.#copied?.until ?? 0);
    if (isNews) this.#copied = { until: copiedUntil, turnAt: null };
    if (this.#copied === undefined) return line;
    if (turnAt !== undefined) this.#copied = { ...this.#copied, turnAt };
    const at = this.#copied.turnAt ?? usage?.at;
    const isCopied = usage !== undefined && at !== undefined && at < this.#copied.until;
    if (!isCopied && (isNews || copiedUntil === 0)) return line;
    const { copiedUntil: _, ...rest } = line;
    return { ...rest, ...(isCopied ? { usage: { ...usage, isCopied } } : {}), ...(isNews ? { copiedUntil } : {}) };
  }

  /** The position with what has to be known there. */
  keep(position: Position): Position {
    return this.#copied === undefined ? position : { ...position, copied: this.#copied };
  }
}
