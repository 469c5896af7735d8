// A network of its own for a test's process: nothing in it reaches anything but itself, whatever a program tries.
import { spawnSync } from 'node:child_process';

/** Brings loopback up, then becomes the command. Where there is no `ip`, perl asks the kernel (SIOCSIFFLAGS, up and running), which git brings. */
const start = `{ ip link set lo up 2>/dev/null || perl -e 'socket(S, 2, 2, 0) && ioctl(S, 0x8914, pack("a16 s x14", "lo", 0x41)) || exit 1'; } && exec "$@"`;

/** The words that go before a command so that it has only loopback; undefined where this machine does not permit that. */
export function findLoopbackOnly() {
  const ways = [
    ['unshare', '-n'],
    ['unshare', '-r', '-n'],
  ];
  return ways
    .map((way) => [...way, 'sh', '-c', start, 'sh'])
    .find(([program, ...args]) => spawnSync(program, [...args, 'true'], { stdio: 'ignore' }).status === 0);
}
