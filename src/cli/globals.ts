/** The options that every command takes, in any place of the line. */
export interface Globals {
  readonly town?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** False where `--no-color` was said. */
  readonly color?: boolean;
  readonly version?: boolean;
}

export const globalNames: readonly (keyof Globals)[] = ['town', 'json', 'quiet', 'color', 'version'];

export const globalOptions: readonly { readonly flags: string; readonly meaning: string }[] = [
  { flags: '--town <DIR>', meaning: 'the town to work in; else BATON_TOWN, else the one around' },
  { flags: '--json', meaning: 'answer in JSON, and tell faults in JSON on stderr' },
  { flags: '--quiet', meaning: 'print ids only' },
  { flags: '--no-color', meaning: 'no colours' },
  { flags: '--version', meaning: "print Baton's version" },
];

/** The long names alone: `--town`. */
export const globalFlags: readonly string[] = [...globalOptions.map(({ flags }) => flags.split(' ')[0] ?? ''), '--help'];
