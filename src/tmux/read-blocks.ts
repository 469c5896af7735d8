/** What one command printed to a control client, and whether it was an error. */
export type Block = { readonly lines: readonly string[]; readonly isError: boolean };

/**
 * Reads a control client's stdout: `%begin time number flags`, lines, then `%end` or `%error` with the same time and number. Only blocks of the
 * client's own commands (flag 1) are told; the notices between blocks are not ours to follow.
 */
export function readBlocks(tell: (block: Block) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let open: { guard: string; isOurs: boolean; lines: string[] } | undefined;

  function readLine(line: string): void {
    if (open === undefined) {
      const begin = /^%begin (\d+ \d+ (\d+))$/.exec(line);
      if (begin !== null) open = { guard: begin[1] ?? '', isOurs: (Number(begin[2]) & 1) === 1, lines: [] };
      return;
    }
    const isError = line === `%error ${open.guard}`;
    if (!isError && line !== `%end ${open.guard}`) {
      open.lines.push(line);
      return;
    }
    const { isOurs, lines } = open;
    open = undefined;
    if (isOurs) tell({ lines, isError });
  }

  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      readLine(bytes.toString('utf8', start, end));
      start = end + 1;
    }
    rest = bytes.subarray(start);
  };
}
