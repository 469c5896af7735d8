import type { Tmux } from '#tmux';
import type { Machine, SimulatedPane } from './machine.ts';

/** tmux as a machine's panes tell it, for the verbs that only look. Before each look others may come between. */
export function simulatedTmux(machine: Machine, clock: Tmux['connection']['clock'], beforeLook: () => Promise<void>): Tmux {
  return {
    connection: { clock, program: 'tmux', env: {}, socketName: 'simulated' },
    run: async (commands) => {
      await beforeLook();
      if (machine.panes.size === 0) return { kind: 'no-server' };
      const lines = commands.map((command) => answer(machine, command));
      return { kind: 'done', output: lines.join('\n') };
    },
    close: async () => {},
  };
}

function answer({ panes }: Machine, [name, ...words]: readonly string[]): string {
  const after = (option: string) => words[words.indexOf(option) + 1] ?? '';
  switch (name) {
    case 'list-panes':
      return [...panes.values()].map((pane) => fill(after('-F'), pane)).join('\n');
    case 'capture-pane':
      return [...panes.values()].find(({ paneId }) => paneId === after('-t'))?.screen ?? '';
    case 'list-clients':
      return '';
    default:
      throw new Error(`the simulated tmux has no "${name}"`);
  }
}

/** A format's `#{name}` and `#{s|…|…|:name}` with what the pane has of these. */
function fill(format: string, { paneId, name, pid, mark, ended }: SimulatedPane): string {
  const values: Readonly<Record<string, string>> = {
    version: '3.4',
    pane_id: paneId,
    session_name: name,
    pane_pid: String(pid),
    pane_dead: ended === undefined ? '0' : '1',
    pane_dead_status: ended?.status === undefined ? '' : String(ended.status),
    pane_dead_signal: ended?.signal === undefined ? '' : String(ended.signal),
    pane_dead_time: ended === undefined ? '' : String(Math.floor(ended.at / 1000)),
    '@baton_session': mark,
    pane_current_command: 'agent',
  };
  return format.replace(/#\{(?:s\|[^}]*:)?([@\w]+)\}/g, (_, key: string) => values[key] ?? '0');
}
