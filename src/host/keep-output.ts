/** Takes a stream's bytes and keeps at most `bytesMax` of them: the first half and the last half. */
export type KeptOutput = {
  add(chunk: Buffer): void;
  /** What was kept; where something is missing, a line says how much. */
  text(): string;
  isCut(): boolean;
};

export function keepOutput(bytesMax: number): KeptOutput {
  const headMax = Math.ceil(bytesMax / 2);
  const tailMax = bytesMax - headMax;
  const head: Buffer[] = [];
  let tail: Buffer[] = [];
  let [headBytes, tailBytes, seenBytes] = [0, 0, 0];

  function add(chunk: Buffer): void {
    seenBytes += chunk.length;
    const first = chunk.subarray(0, headMax - headBytes);
    if (first.length > 0) head.push(first);
    headBytes += first.length;
    const rest = chunk.subarray(first.length);
    if (rest.length === 0) return;
    tail.push(rest);
    tailBytes += rest.length;
    dropOldest();
  }

  function dropOldest(): void {
    let dropped = 0;
    while (tailBytes - (tail[dropped]?.length ?? 0) >= tailMax && dropped < tail.length) {
      tailBytes -= tail[dropped]?.length ?? 0;
      dropped += 1;
    }
    if (dropped > 0) tail = tail.slice(dropped);
  }

  function text(): string {
    const whole = Buffer.concat(head);
    const end = Buffer.concat(tail);
    if (!isCut()) return Buffer.concat([whole, end]).toString('utf8');
    const leftOut = seenBytes - bytesMax;
    return `${withoutTornEnd(whole).toString('utf8')}\n… ${leftOut} bytes left out …\n${withoutTornStart(end.subarray(end.length - tailMax)).toString('utf8')}`;
  }

  function isCut(): boolean {
    return seenBytes > bytesMax;
  }

  return { add, text, isCut };
}

/** Without the bytes of a UTF-8 character whose end was cut off. */
function withoutTornEnd(bytes: Buffer): Buffer {
  let start = bytes.length - 1;
  while (start > bytes.length - 4 && isContinuation(bytes[start])) start -= 1;
  const lead = bytes[start] ?? 0;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return start + length > bytes.length ? bytes.subarray(0, start) : bytes;
}

function withoutTornStart(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && isContinuation(bytes[start])) start += 1;
  return bytes.subarray(start);
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
