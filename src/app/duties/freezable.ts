/**
 * The words that run a program as the child of a shell, which waits for it and ends as it ends: with its exit code, or by the same signal. tmux
 * continues at once whatever stops that it started itself (server.c, server_child_stopped), so an emergency stop can only freeze a program that is
 * not tmux's own child. Signals that the shell catches are the program's to answer: it is in the same group, or was sent its own. A
 * hangup is not caught: the kernel tells it only the shell, and the program when that has died.
 */
export function freezable(argv: readonly string[]): string[] {
  return ['/bin/sh', '-c', keeper, 'baton', ...argv];
}

const keeper = `trap : INT QUIT TERM
"$@"
code=$?
trap - INT QUIT TERM
[ "$code" -le 128 ] || kill -$((code - 128)) $$ 2>/dev/null
exit "$code"`;
