/** A value as TOML and JSON can hold it. */
export type PlainValue = string | number | boolean | readonly string[];

/**
 * What values an option takes. `read` accepts what TOML, the environment or a flag gives (there everything is text) and answers undefined for
 * what does not fit; it accepts its own answers, so that a snapshot is checked like a file. `write` gives TOML's form, `format` one for people.
 */
export interface Kind<T> {
  /** The kind for help and docs, such as `a share from 0 to 1 or a text like "85%"`; it completes the sentence "… must be". */
  readonly says: string;
  readonly choices?: readonly string[];
  read(raw: unknown): T | undefined;
  write(value: T): PlainValue;
  format(value: T): string;
}

/** Text that is not empty and stays on one line. */
export const text: Kind<string> = {
  says: 'a text on one line',
  read: (raw) => (typeof raw === 'string' && isOneLine(raw) ? raw : undefined),
  write: (value) => value,
  format: (value) => value,
};

/** A whole number within bounds. */
export function whole(min: number, max: number): Kind<number> {
  const read = (raw: unknown) => {
    const value = typeof raw === 'string' && /^[+-]?\d[\d_]*$/.test(raw.trim()) ? Number(raw.replaceAll('_', '')) : raw;
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max ? value : undefined;
  };
  return { says: `a whole number from ${min} to ${max}`, read, write: (value) => value, format: String };
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A length of time within bounds, kept in seconds; a text may name its unit. */
export function span(minS: number, maxS: number): Kind<number> {
  const bounded = whole(minS, maxS);
  const read = (raw: unknown) => {
    const match = typeof raw === 'string' ? /^\s*(\d+)\s*([smhd])\s*$/.exec(raw) : null;
    return bounded.read(match === null ? raw : Number(match[1]) * (unitSeconds[match[2] ?? ''] ?? 1));
  };
  return { says: `a time from ${writeSpan(minS)} to ${writeSpan(maxS)}, such as "7d", "12h" or "90m"`, read, write: writeSpan, format: writeSpan };
}

/** In the largest unit that leaves no rest: `7d`, `36h`. */
function writeSpan(seconds: number): string {
  const [unit, size] = Object.entries(unitSeconds).findLast(([, each]) => seconds % each === 0) ?? ['s', 1];
  return `${seconds / size}${unit}`;
}

/** A part of a whole, kept as a fraction from 0 to 1. A whole number from 2 to 100 is read as per cent. */
export const share: Kind<number> = {
  says: 'a share from 0 to 1 or a text like "85%"',
  read: (raw) => {
    if (typeof raw === 'number') return readShare(raw);
    if (typeof raw !== 'string') return undefined;
    const match = /^\s*(\d+(?:\.\d+)?)\s*(%?)\s*$/.exec(raw);
    if (match === null) return undefined;
    const number = Number(match[1]);
    return match[2] === '%' ? readShare(number / 100) : readShare(number);
  },
  write: (value) => value,
  format: (value) => `${Number((value * 100).toFixed(2))}%`,
};

/** Yes or no. */
export const flag: Kind<boolean> = {
  says: 'true or false',
  read: (raw) => {
    if (typeof raw === 'boolean') return raw;
    if (typeof raw !== 'string') return undefined;
    if (/^(true|yes|on|1)$/i.test(raw)) return true;
    return /^(false|no|off|0)$/i.test(raw) ? false : undefined;
  },
  write: (value) => value,
  format: String,
};

/** One of some words. */
export function choice<const C extends readonly string[]>(...choices: C): Kind<C[number]> {
  return {
    says: `one of ${choices.join(', ')}`,
    choices,
    read: (raw) => choices.find((word) => word === raw),
    write: (value) => value,
    format: (value) => value,
  };
}

/** A list of texts; outside TOML a JSON list, or texts between commas. */
export const texts: Kind<readonly string[]> = {
  says: 'a list of texts',
  read: (raw) => readList(typeof raw === 'string' ? splitList(raw, ',') : raw, text.read),
  write: (value) => value,
  format: (value) => value.join(', '),
};

/** A list of commands, each a line or more for `sh -c`; outside TOML a JSON list, or one command. */
export const commands: Kind<readonly string[]> = {
  says: 'a list of commands, each a text for `sh -c`',
  read: (raw) => readList(typeof raw === 'string' ? splitList(raw, undefined) : raw, readCommand),
  write: (value) => value,
  format: (value) => value.join('; '),
};

function isOneLine(value: string): boolean {
  return value.trim() !== '' && ![...value].some(isControl);
}

function isControl(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return code < 32 || code === 127;
}

function readShare(number: number): number | undefined {
  if (number >= 0 && number <= 1) return number;
  return Number.isInteger(number) && number <= 100 && number > 1 ? number / 100 : undefined;
}

function readList<T>(raw: unknown, readItem: (item: unknown) => T | undefined): readonly T[] | undefined {
  if (!Array.isArray(raw)) return undefined;
  const items = raw.map(readItem);
  return items.every((item) => item !== undefined) ? items : undefined;
}

function splitList(raw: string, separator: string | undefined): unknown {
  const trimmed = raw.trim();
  if (trimmed === '') return [];
  if (!trimmed.startsWith('[')) return separator === undefined ? [trimmed] : trimmed.split(separator).map((item) => item.trim());
  try {
    return JSON.parse(trimmed);
  } catch {
    return undefined;
  }
}

function readCommand(raw: unknown): string | undefined {
  return typeof raw === 'string' && raw.trim() !== '' && !raw.includes('\0') ? raw : undefined;
}
