import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { assert, Fault } from '#base';

/** What runs in a pane: a program with its words, in an absolute folder, with this environment. `mark` is the session's id. */
export type PaneProgram = { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly argv: readonly string[]; readonly mark: string };

/** Set by tmux for each pane; the parent's would lie. */
const ownedByTmux = ['TERM', 'TERM_PROGRAM', 'TERM_PROGRAM_VERSION', 'TMUX', 'TMUX_PANE', 'PWD', 'OLDPWD'];
/** tmux overrides these with its client's and its own, so the program's starter sets them. */
const setByStarter = ['PATH', 'SHELL'];

/** The variables that go through tmux's `-e`, as `NAME=value`. */
export function listVariables(env: PaneProgram['env']): string[] {
  const names = Object.keys(env).filter((name) => !ownedByTmux.includes(name) && !setByStarter.includes(name));
  return names.map((name) => `${name}=${env[name]}`);
}

/**
 * The words that start the program. tmux reads a folder as a format (`#(…)` would be run), takes HOME where it is missing, gives a single
 * word to a shell, and overrides PATH and SHELL; this starter, whose text is constant, does none of it and is replaced by the program.
 */
export function startWords({ cwd, env, argv }: PaneProgram): string[] {
  return ['/bin/sh', '-c', starter, 'baton', cwd, env.PATH ?? '', env.SHELL ?? '', ...argv];
}

const starter = 'cd "$1" || exit 126; unset OLDPWD; [ -z "$2" ] || export PATH="$2"; [ -z "$3" ] || export SHELL="$3"; shift 3; exec "$@"';

/** Refuses a folder that is not there and holds the promises of the rest. */
export function checkProgram({ cwd, argv, mark }: PaneProgram): void {
  assert(isAbsolute(cwd), `"${cwd}" is not an absolute folder`);
  assert(argv[0] !== undefined && argv[0] !== '', 'a pane needs a program');
  assert(/^[A-Za-z0-9_-]{1,64}$/.test(mark), `"${mark}" is not a mark`);
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new Fault('not-found', `the folder "${cwd}" does not exist`, { hint: 'the pane was not started' });
}
