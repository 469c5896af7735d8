import type { AgentTown } from './agent-town.ts';

const lastCount = 12;

/** What a failed test's reader wants to see: the last requests and what was answered, the last events, the screens. */
export async function describeSeen({ town, server }: AgentTown): Promise<string> {
  const requests = server.requests().map(({ number, kind, path, step, said }) => {
    const last = said.at(-1);
    return `${number} ${kind} ${path} ${JSON.stringify(step)} after ${last?.role}: ${JSON.stringify(last?.text.slice(-160))}`;
  });
  const events = await town.baton(['feed', '--limit', String(2 * lastCount)]);
  const panes = await town.baton(['tmux', 'list-panes', '-a', '-F', '#{session_name} #{pane_id}']);
  const screens: string[] = [];
  for (const pane of panes.out.split('\n').filter(Boolean)) {
    const { out } = await town.baton(['tmux', 'capture-pane', '-p', '-t', pane.split(' ')[1] ?? '']);
    screens.push(`--- ${pane} ---\n${out.trim()}`);
  }
  return [`${requests.length} requests, the last:`, ...requests.slice(-lastCount), '', events.out.trim() || events.err, '', ...screens].join('\n');
}
