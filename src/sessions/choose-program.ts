import type { ProcessEntry, ProcessMark } from '#host/model';
import { toMark } from '#host/model';

/** Programs that only run another one: the agent's hook may call us through any of them. The kernel cuts a name after 15 bytes. */
const runners: ReadonlySet<string> = new Set([
  ...['sh', 'bash', 'dash', 'zsh', 'fish', 'ksh', 'mksh', 'ash', 'busybox', 'tcsh', 'csh', 'nu', 'elvish', 'pwsh', 'xonsh'],
  ...['env', 'timeout', 'nice', 'nohup', 'setsid', 'stdbuf', 'time', 'xargs', 'sudo', 'doas', 'script', 'flock'],
  ...['baton', 'npx', 'npm', 'pnpm', 'yarn', 'bunx'],
]);

/** What holds people's shells and the machine's jobs: above it there is no agent. */
const holders =
  /^((init|login|su|cron|crond|atd)$|systemd|launchd|sshd|tmux|screen|dtach|zellij|mosh-|docker|containerd|xterm|kitty|alacritty|konsole|gnome-terminal|wezterm)/i;

/**
 * The agent's program among the ancestors of a calling process, nearest first: the first that only runs no other one. Undefined where a person typed the
 * call: above a shell that leads a terminal's session there are only terminals.
 */
export function chooseProgram(ancestry: readonly ProcessEntry[]): ProcessMark | undefined {
  for (const entry of ancestry) {
    const [name = ''] = entry.command.replace(/^-/, '').split(' ');
    if (entry.pid <= 1 || holders.test(name)) return undefined;
    if (!runners.has(name)) return toMark(entry);
    if (entry.tty !== undefined && entry.sid === entry.pid) return undefined;
  }
  return undefined;
}
