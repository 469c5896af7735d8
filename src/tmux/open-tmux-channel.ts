import { Fault } from '#base';
import { type ChannelClient, startChannelClient } from './channel-client.ts';
import { type OpenTmuxRequest, toConnection } from './open-tmux.ts';
import { quoteLine } from './quote.ts';
import type { Block } from './read-blocks.ts';
import { runByProcess } from './run-by-process.ts';
import { commandMsMax, onlyReads, type RunOptions, type Tmux, type TmuxAnswer, type TmuxCommand } from './tmux.ts';

/** A client that cannot be opened is not tried again before this: without a server each try costs a process. */
const reopenMs = 1000;

/**
 * A tmux server that is asked through one control client (about 0.15 ms a sequence), for the daemon. It is
 * - *closed* at first, and when the client has ended, whoever ended it: commands go by processes; the first one after `reopenMs` starts a client;
 * - *opening* until that client's first word: commands still go by processes, so none waits for it;
 * - *open* until it ends: commands go through it;
 * - *shut* after `close`: commands go by processes for good.
 * A sequence that was under way when the client ended is asked again by a process if it only reads; otherwise nobody knows whether it was
 * carried out: that is a fault (`unavailable`), and the caller looks before it goes on.
 */
export function openTmuxChannel(request: OpenTmuxRequest): Tmux {
  const connection = toConnection(request);
  let client: ChannelClient | undefined;
  let openedAt = Number.NEGATIVE_INFINITY;
  let isShut = false;

  function findClient(): ChannelClient | undefined {
    const now = connection.clock.monotonic();
    if (!isShut && (client === undefined || client.isOver()) && now >= openedAt + reopenMs) {
      openedAt = now;
      client = startChannelClient(connection);
    }
    return client?.isReady() ? client : undefined;
  }

  async function run(commands: readonly TmuxCommand[], options: RunOptions = {}): Promise<TmuxAnswer> {
    const open = findClient();
    if (open === undefined) return runByProcess(connection, commands, options);
    const blocks = await askInTime(open, quoteLine(commands), options.timeoutMs ?? commandMsMax);
    if (blocks !== undefined) return readAnswer(blocks);
    if (onlyReads(commands)) return runByProcess(connection, commands, options);
    throw new Fault('unavailable', `the tmux channel on "${connection.socketName}" ended while "${commands[0]?.[0]}" was under way`, {
      hint: 'it may have been carried out: look, then ask again',
    });
  }

  async function close(): Promise<void> {
    isShut = true;
    await client?.end();
  }

  return { connection, run, close };
}

async function askInTime(client: ChannelClient, line: string, timeoutMs: number): Promise<readonly Block[] | undefined> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    client.end().catch(() => {});
  }, timeoutMs);
  const blocks = await client.ask(line);
  clearTimeout(timer);
  if (blocks === undefined && isLate)
    throw new Fault('timeout', `tmux did not answer within ${timeoutMs} ms`, { hint: 'is its server stopped? `baton doctor` looks' });
  return blocks;
}

function readAnswer(blocks: readonly Block[]): TmuxAnswer {
  const error = blocks.find((block) => block.isError);
  if (error !== undefined) return { kind: 'refused', message: error.lines.join('\n').replace(/^parse error: /, '') };
  return {
    kind: 'done',
    output: blocks
      .filter(({ lines }) => lines.length > 0)
      .map(({ lines }) => lines.join('\n'))
      .join('\n'),
  };
}
