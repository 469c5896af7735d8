import { signals } from '#runtimes/model';

/** The hot commands: what agents' programs call at every turn, so that each must cost little more than a bare node (DESIGN.md section 18). */
export type HotName = 'hook' | 'prime' | 'mail check' | 'mol current' | 'signal' | 'keepalive';

/** A hot command as read from its line. */
export interface HotLine {
  readonly name: HotName;
  /** The event of `signal`. */
  readonly event: string | undefined;
  readonly isInject: boolean;
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  readonly town: string | undefined;
}

/** What each hot command may hold beside the global options; `needs` must be there for the line to be the hot one. */
const forms: Readonly<Record<HotName, { readonly flags: readonly string[]; readonly needs?: string; readonly takesEvent?: boolean }>> = {
  hook: { flags: [] },
  prime: { flags: ['--hook'], needs: '--hook' },
  'mail check': { flags: ['--inject'] },
  'mol current': { flags: [] },
  signal: { flags: [], takesEvent: true },
  keepalive: { flags: [] },
};

/** It preserves the worktree, which takes git: the whole program answers it. */
const wholeSignal = 'pre-compact';

/** Reads a line by hand. Undefined for every other command, and for a hot one with anything unusual: the parser proper judges those. */
export function readHotLine(argv: readonly string[]): HotLine | undefined {
  const words: string[] = [];
  const flags: string[] = [];
  let town: string | undefined;
  for (let i = 0; i < argv.length; i += 1) {
    const word = argv[i] ?? '';
    if (word === '--town') {
      i += 1;
      town = argv[i];
      if (town === undefined) return undefined;
    } else if (word.startsWith('--town=')) town = word.slice('--town='.length);
    else if (word.startsWith('-')) flags.push(word);
    else words.push(word);
  }
  return toHotLine(words, flags, town);
}

function toHotLine(words: readonly string[], flags: readonly string[], town: string | undefined): HotLine | undefined {
  const name = findName(words);
  if (name === undefined) return undefined;
  const { flags: known, needs, takesEvent } = forms[name];
  const rest = words.slice(name.split(' ').length);
  const isKnown = flags.every((flag) => flag === '--json' || flag === '--quiet' || known.includes(flag));
  const isEvent = !takesEvent || signals.some((signal) => signal === rest[0] && signal !== wholeSignal);
  if (!isKnown || !isEvent || rest.length !== (takesEvent ? 1 : 0) || (needs !== undefined && !flags.includes(needs))) return undefined;
  return { name, event: rest[0], isInject: flags.includes('--inject'), isJson: flags.includes('--json'), isQuiet: flags.includes('--quiet'), town };
}

function findName(words: readonly string[]): HotName | undefined {
  const [first = '', second = ''] = words;
  return [first, `${first} ${second}`].find((name): name is HotName => Object.hasOwn(forms, name));
}
