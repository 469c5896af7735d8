import { assert, Fault } from '#base';
import { channelSession } from './channel-session.ts';
import { isPaneName } from './model.ts';
import { checkProgram, listVariables, type PaneProgram, startWords } from './pane-program.ts';
import { askTmux, type Tmux } from './tmux.ts';

/** `name` is the tmux session's; the size, 200 × 50 where nothing is said, holds until somebody attaches. */
export type CreatePaneRequest = PaneProgram & { readonly name: string; readonly width?: number; readonly height?: number };

/** Starts the program in a new pane with its mark, its whole environment in place before its first instruction. Answers the pane's id; a taken name is a `conflict`. */
export async function createPane(tmux: Tmux, request: CreatePaneRequest): Promise<string> {
  const { name, env, mark, width = 200, height = 50 } = request;
  if (!isPaneName(name) || name === channelSession)
    throw new Fault('invalid', `"${name}" cannot be the name of a pane`, { hint: 'letters, digits, "_", "+" and "-"' });
  checkProgram(request);
  const variables = listVariables(env);
  const size = ['-x', String(width), '-y', String(height)];
  const create = [
    'new-session',
    '-d',
    '-E',
    '-P',
    '-F',
    '#{pane_id}',
    '-s',
    name,
    ...size,
    '-c',
    '/',
    ...variables.flatMap((entry) => ['-e', entry]),
    ...startWords(request),
  ];
  const setMark = ['set-option', '-p', '-t', `=${name}:`, '@baton_session', mark];
  // `new-session -e` also keeps the variables for later programs of the tmux session: the next generation must not find them.
  const forget = variables.map((entry) => ['set-environment', '-t', `=${name}`, '-u', entry.slice(0, entry.indexOf('='))]);
  const paneId = await askTmux(tmux, [create, setMark, ...forget], { isPrivate: true });
  assert(/^%\d+$/.test(paneId), `tmux answered "${paneId}" for a new pane`);
  return paneId;
}
