import { second } from '#base';
import type { EndClass } from './restart.ts';

/** A death as the differential of a mass death looks at it. `at` is its own moment, in ms since 1970 (V2). */
export interface SeenDeath {
  readonly session: string;
  readonly agent: string;
  readonly at: number;
  readonly class: EndClass;
  readonly runtime: string;
  readonly account: string | undefined;
}

/** What a mass death is laid to: the tmux server that was lost, memory, the disk, one account; `unknown` where nothing fits. */
export type MassCause = 'tmux-server' | 'out-of-memory' | 'disk-full' | 'account' | 'unknown';

/** Three or more agents that died in 30 s (V2): one incident, however many they become. */
export interface MassDeath {
  readonly firstAt: number;
  readonly lastAt: number;
  readonly sessions: readonly string[];
  readonly agents: readonly string[];
  readonly cause: MassCause;
  readonly detail: string;
}

/** What the host itself tells: how often the kernel killed for memory since the deaths began, and whether the town's disk is full. */
export interface HostSigns {
  readonly outOfMemoryKills: number;
  readonly isDiskFull: boolean;
}

const windowMs = 30 * second;
const countMin = 3;

/**
 * The newest mass death among these: deaths that follow each other within 30 s, of three agents within one window. One agent that dies again and again
 * is no sign of the host; nor does it keep a mass death from being over.
 */
export function findMassDeath(deaths: readonly SeenDeath[], host: HostSigns): MassDeath | undefined {
  const sorted = [...deaths].filter((death) => death.class !== 'host-restart').sort((a, b) => a.at - b.at);
  const groups: SeenDeath[][] = [];
  for (const death of sorted) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group === undefined || last === undefined || death.at - last.at > windowMs) groups.push([death]);
    else if (!isMass(group) || group.every(({ agent }) => agent !== death.agent)) group.push(death);
  }
  const found = groups.findLast(isMass);
  const [first, last] = [found?.[0], found?.at(-1)];
  if (found === undefined || first === undefined || last === undefined) return undefined;
  const said = { firstAt: first.at, lastAt: last.at, sessions: found.map(({ session }) => session), agents: [...new Set(found.map(({ agent }) => agent))] };
  return { ...said, ...judgeCause(found, host) };
}

/** Whether so many agents died within one window. */
function isMass(deaths: readonly SeenDeath[]): boolean {
  return deaths.some(({ at }) => new Set(deaths.filter((other) => other.at >= at && other.at - at <= windowMs).map(({ agent }) => agent)).size >= countMin);
}

/** True once no further death can belong to it. */
export function isMassDeathOver({ lastAt }: Pick<MassDeath, 'lastAt'>, now: number): boolean {
  return Math.abs(now - lastAt) > windowMs;
}

/** Whether all of it was seen: it began so long after `since`, from which on deaths were looked at, that none before can belong to it. */
export function isMassDeathWhole({ firstAt }: Pick<MassDeath, 'firstAt'>, since: number): boolean {
  return firstAt - since > windowMs;
}

function judgeCause(deaths: readonly SeenDeath[], host: HostSigns): Pick<MassDeath, 'cause' | 'detail'> {
  const all = (is: (death: SeenDeath) => boolean) => deaths.every(is);
  if (host.outOfMemoryKills > 0) return { cause: 'out-of-memory', detail: `the kernel ended ${host.outOfMemoryKills} processes for want of memory` };
  if (host.isDiskFull || all((death) => death.class === 'disk-full')) return { cause: 'disk-full', detail: "the town's disk is full" };
  if (all((death) => death.class === 'lost')) return { cause: 'tmux-server', detail: 'all their panes are gone: the tmux server was lost' };
  const accounts = new Set(deaths.map(({ runtime, account }) => `${runtime} ${account ?? 'default'}`));
  const [account = ''] = accounts;
  if (accounts.size === 1 && all((death) => death.class === 'auth' || death.class === 'rate-limit'))
    return { cause: 'account', detail: `all of one account (${account}) are refused` };
  return { cause: 'unknown', detail: 'nothing that they have in common tells why' };
}
