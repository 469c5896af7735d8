import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { endProcesses, findProcessesByEnvironment, systemClock } from '#host';
import { eventually } from '#host/testing';
import { ensureServer } from './ensure-server.ts';
import { openTmux } from './open-tmux.ts';
import { openTmuxChannel } from './open-tmux-channel.ts';
import type { Tmux } from './tmux.ts';

/** What a test hands in so that its leavings go with it: node:test's context has it. */
type Cleanup = { after(end: () => void | Promise<void>): void };

/** A tmux server of a test's own: socket, name and folder are nobody else's. */
export type TestServer = {
  readonly tmux: Tmux;
  readonly env: Readonly<Record<string, string>>;
  readonly socketName: string;
  /** Holds the socket; for the test's own files too. */
  readonly dir: string;
};

/** Prepares a private tmux, not started. Afterwards its server, everything that ran in its panes and the folder are gone. */
export function prepareTestServer(test: Cleanup): TestServer {
  const dir = mkdtempSync(join(tmpdir(), 'bx-'));
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: dir, LANG: 'C.UTF-8', TMUX_TMPDIR: dir };
  const socketName = `test-${basename(dir)}`;
  test.after(async () => {
    await endProcesses({ clock: systemClock }, findProcessesByEnvironment({ TMUX_TMPDIR: dir }), { interruptMs: 0, termMs: 1000, killMs: 2000 });
    rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  });
  return { tmux: openTmux({ clock: systemClock, env, socketName }), env, socketName, dir };
}

/** A private tmux server that runs. */
export async function startTestServer(test: Cleanup): Promise<TestServer> {
  const server = prepareTestServer(test);
  await ensureServer(server.tmux);
  return server;
}

/** The same server asked through a control channel that is open, which its end closes. */
export async function openTestChannel(test: Cleanup, { env, socketName }: TestServer): Promise<Tmux> {
  const channel = openTmuxChannel({ clock: systemClock, env, socketName });
  test.after(() => channel.close());
  await waitForChannel(channel);
  return channel;
}

/** Asks until the answer comes through the channel; answers the pid of its client. */
export function waitForChannel(channel: Tmux): Promise<number> {
  return eventually(async () => {
    const answer = await channel.run([['display-message', '-p', '#{client_control_mode} #{client_pid}']]);
    return answer.kind === 'done' && answer.output.startsWith('1 ') && Number(answer.output.slice(2));
  }, 'the channel is open');
}
