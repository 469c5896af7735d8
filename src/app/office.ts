import { known, second } from '#base';
import { formatMark, hostIdentity, isAlive, markOf, readMark } from '#host';
import type { LeaseRequest } from '#store';

/** The daemon of the same host that is proven dead loses its lease at once. */
export const leaseTtlMs = 12 * second;
const leaseName = 'daemon';

/** What the daemon of this process asks for: the town's lease, in its own name. */
export function describeOffice(): LeaseRequest {
  const host = hostIdentity();
  const own = known(markOf(process.pid), "the daemon's own process");
  return { name: leaseName, holder: `${host.id}:${formatMark(own)}`, ttlMs: leaseTtlMs, isGone: (other) => isDeadHere(other, host.id) };
}

/** A holder of this host whose process is gone; of another host nobody here can say. */
function isDeadHere(holder: string, host: string): boolean {
  const mark = holder.startsWith(`${host}:`) ? readMark(holder.slice(host.length + 1)) : undefined;
  return mark !== undefined && !isAlive(mark);
}
