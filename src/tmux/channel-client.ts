import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { isAlive, markOf } from '#host';
import { channelSession } from './channel-session.ts';
import { type Block, readBlocks } from './read-blocks.ts';
import type { TmuxConnection } from './tmux.ts';

/** One control client: it lives until it is closed, killed, or its server or its session ends. */
export type ChannelClient = {
  /** The blocks that the line's commands printed; undefined where the client ended before it had told them all. */
  ask(line: string): Promise<readonly Block[] | undefined>;
  /** True from its first block on until it ends: only then may it be asked. */
  isReady(): boolean;
  isOver(): boolean;
  /** Ends it and waits until it is gone. */
  end(): Promise<void>;
};

const endMs = 500;

/** Starts a control client on the hidden session. Where there is no server it is simply over soon. */
export function startChannelClient({ program, env, socketName }: TmuxConnection): ChannelClient {
  // `attach-session` would start a server that reads the person's configuration and has none of our settings.
  const argv = ['-N', '-u', '-L', socketName, '-C', 'attach-session', '-f', 'no-output,ignore-size', '-t', `=${channelSession}`];
  const child = spawn(program, argv, { cwd: '/', env, detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
  const mark = child.pid === undefined ? undefined : markOf(child.pid);
  const waiting: { blocks: Block[]; token: string; resolve: (blocks: readonly Block[] | undefined) => void }[] = [];
  let [isGreeted, isOver, count] = [false, false, 0];

  function onBlock(block: Block): void {
    const [first] = waiting;
    if (first === undefined) return;
    if (!block.isError && block.lines.length === 1 && block.lines[0] === first.token) waiting.shift()?.resolve(first.blocks);
    else first.blocks.push(block);
  }

  function onOver(): void {
    isOver = true;
    for (const { resolve } of waiting.splice(0)) resolve(undefined);
  }

  const read = readBlocks(onBlock);
  child.stdout.on('data', (chunk: Buffer) => {
    isGreeted = true;
    read(chunk);
  });
  child.stdin.on('error', () => {});
  child.once('error', onOver);
  // Not `close`: the server holds the client's pipes too, so a hung one would hide that the client is gone.
  child.once('exit', onOver);

  return {
    // A sequence prints one block per command that was reached, more where a command runs others: a last command of ours tells the end.
    ask: (line) =>
      new Promise((resolve) => {
        if (isOver) return resolve(undefined);
        count += 1;
        const token = `baton-end-of-${child.pid}-${count}`;
        waiting.push({ blocks: [], token, resolve });
        child.stdin.write(`${line}\ndisplay-message -p ${token}\n`);
      }),
    // The process itself is looked at: what is sent to one that died a moment ago is lost, and we may not have been told yet.
    isReady: () => isGreeted && !isOver && mark !== undefined && isAlive(mark),
    isOver: () => isOver,
    end: () => endClient(child, () => isOver),
  };
}

/** A control client leaves when its stdin ends, unless its server hangs. */
async function endClient(child: ChildProcess, isOver: () => boolean): Promise<void> {
  if (isOver()) return;
  const exited = once(child, 'exit');
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), endMs);
  await exited;
  clearTimeout(timer);
}
