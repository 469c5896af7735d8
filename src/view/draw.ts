import type { Line } from './render-page.ts';

/** Where a page is drawn. */
export interface Canvas {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly isColored: boolean;
}

/** Draws a page over the one before; nothing is written for one that looks the same. */
export interface Drawing {
  draw(lines: readonly Line[]): void;
  /** What is on the terminal is no longer the page (a typed line, another size): the next one is drawn whole. */
  forget(): void;
}

/** A drawing that begins at the top of a terminal; elsewhere each page is text behind the last. */
export function makeDrawing({ write, isTerminal, isColored }: Canvas): Drawing {
  let drawn: string | undefined;
  return {
    draw: (lines) => {
      const texts = lines.map(({ text, tone }) => (isColored && tone !== undefined && text !== '' ? `\u001B[${codes[tone]}m${text}\u001B[0m` : text));
      const page = texts.join('\n');
      if (page === drawn) return;
      drawn = page;
      // In one write, and each line's rest erased by itself: nothing flickers, and no page goes into the pane's history, as cleared ones do.
      write(isTerminal ? `\u001B[H${texts.map((text) => `${text}\u001B[K\n`).join('')}\u001B[J` : `${page}\n\n`);
    },
    forget: () => {
      drawn = undefined;
    },
  };
}

const codes = { strong: 1, good: 32, bad: 31, faint: 2 } as const;
