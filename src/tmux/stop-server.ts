import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '#base';
import { endProcesses, isAlive, markOf, type ProcessMark } from '#host';
import { runByProcess } from './run-by-process.ts';
import { askTmux, type Tmux } from './tmux.ts';

/** A server with many panes took more than two seconds on a machine that was busy with other things. */
const goneMsMax = 10_000;
/** A server waits for its clients to leave, and one whose own program died in the middle of a talk was seen not to: it is ended after so long. */
const leaveMsMax = 2000;
/** A client that has no session any more is not listed and may hold the server all the same; nothing lives in its panes: it is killed after so long. */
const killMsMin = 4000;

/** Ends our server where no pane has a living program, and waits until it is gone; no server is as good. A live pane is a `conflict`, and all stays. */
export async function stopServer(tmux: Tmux): Promise<void> {
  const { connection } = tmux;
  // Never through a channel: it would end in the middle of its own answer.
  const asked = await runByProcess(connection, [['display-message', '-p', '#{pid}']]);
  if (asked.kind === 'no-server') return;
  const server = asked.kind === 'done' ? markOf(Number(asked.output)) : undefined;
  const alone = { connection, run: runByProcess.bind(undefined, connection), close: async () => {} };
  const clients = await listClients(alone);
  const output = await askTmux(alone, [['if-shell', '-F', '#{S:#{W:#{P:#{?pane_dead,,x}}}}', 'display-message -p alive', 'kill-server']]);
  if (output === 'alive')
    throw new Fault('conflict', `the tmux server "${connection.socketName}" still has a pane with a living program`, { hint: '`baton down` stops them' });
  const startedAt = connection.clock.monotonic();
  while (server !== undefined && isAlive(server)) {
    const waitedMs = connection.clock.monotonic() - startedAt;
    if (waitedMs > leaveMsMax) await endProcesses(connection, clients.filter(isAlive), { interruptMs: 0, termMs: 500, killMs: 1000 });
    if (waitedMs > killMsMin) await endProcesses(connection, [server], { interruptMs: 0, termMs: 500, killMs: 1000 });
    if (waitedMs > goneMsMax) throw new Fault('timeout', `the tmux server "${connection.socketName}" (pid ${server.pid}) does not end`);
    await sleep(10);
  }
}

/** Who is attached, proven by pid and start time; a server without any session refuses to tell, and nobody is attached to it. */
async function listClients(tmux: Tmux): Promise<ProcessMark[]> {
  const answer = await tmux.run([['list-clients', '-F', '#{client_pid}']]);
  const pids = answer.kind === 'done' ? answer.output.split('\n').filter((line) => line !== '') : [];
  return pids.map((pid) => markOf(Number(pid))).filter((mark) => mark !== undefined);
}
