import { doublingBackoff, hour, minute, second, withJitter } from '#base';

/**
 * How a program's life ended by itself (V4). Its policy:
 *
 * - `clean`, `crash`, `lost`: deaths; the restart waits as R1 says, and they count for the breaker.
 * - `overflow`: a death too; its conversation is not gone on with.
 * - `missing-dependency`: a death that trying again soon does not heal: the longest wait at once.
 * - `rate-limit`: no death; it waits until the limit resets.
 * - `auth`: no death; somebody must log in, and it is tried from time to time whether they did.
 * - `disk-full`: no death; it waits until there is room.
 * - `host-restart`: no death; it starts again at once.
 */
export type EndClass = 'clean' | 'crash' | 'lost' | 'overflow' | 'missing-dependency' | 'rate-limit' | 'auth' | 'disk-full' | 'host-restart';

/** A session that ended without being asked to. `hadProgress`: a step, a commit or 60 s of work (R1). Moments in ms since 1970. */
export interface Death {
  readonly session: string;
  readonly at: number;
  readonly class: EndClass;
  readonly hadProgress: boolean;
  readonly livedMs: number;
  /** When what keeps it from working passes, where its words told that. */
  readonly resetAt?: number | undefined;
}

/** Waits of the restart, in ms: the first, doubling up to the largest (`restart.first_s`, `.max_s`), and how many deaths open the breaker (`.breaker`). */
export interface RestartPolicy {
  readonly firstMs: number;
  readonly maxMs: number;
  readonly breaker: number;
}

/** How long after its last death an agent waits, and why. `waitMs` 0: it starts at once. */
export interface RestartJudgement {
  readonly waitMs: number;
  readonly why: RestartWhy;
}

export type RestartWhy =
  | { readonly kind: 'never-died' }
  | { readonly kind: 'progress' | 'death' | 'reset' | 'login' | 'disk'; readonly session: string; readonly class: EndClass; readonly count: number }
  /** The breaker is open; when the wait is over it is tried once, half-open. */
  | { readonly kind: 'breaker'; readonly session: string; readonly class: EndClass; readonly count: number; readonly openedBy: string };

/** An open breaker: the death that opened it names the incident; each start since that died at once is a failed probe. */
export interface OpenBreaker {
  readonly session: string;
  readonly openedAt: number;
  readonly failedProbes: number;
}

/** How long after a death another of the same agent counts as its repetition (R1), and within which the breaker counts (R2). */
const deathWindowMs = 15 * minute;
/** Share by which a wait is moved either way, so that agents that died together do not start together. */
const jitterShare = 0.1;
/** The longest wait of all: a login or a limit without a told reset, and the breaker's probes, are tried this often at least. */
const probeMsMax = hour;
const loginFirstMs = 5 * minute;
const resetFirstMs = 15 * minute;
/** A limit has reset for all of its account's agents at once: they do not come back in the same second. */
const resetSpreadMs = 30 * second;

const noDeath: ReadonlySet<EndClass> = new Set(['rate-limit', 'auth', 'disk-full', 'host-restart']);

/**
 * When an agent may start again (R1, R2, V4). At once after a session that had made progress, unless the agent also died within 15 min before; else
 * 30 s after the death, doubling with each further one up to 10 min. From the fifth death within 15 min on it is only probed. `fraction` is a random
 * number from 0 up to 1, the same for one death.
 */
export function judgeRestart(deaths: readonly Death[], policy: RestartPolicy, fraction: number): RestartJudgement {
  const sorted = [...deaths].sort((a, b) => a.at - b.at);
  const last = sorted.at(-1);
  if (last === undefined) return { waitMs: 0, why: { kind: 'never-died' } };
  const jitter = (waitMs: number) => withJitter(waitMs, jitterShare, fraction);
  const about = { session: last.session, class: last.class };
  if (noDeath.has(last.class)) return judgeOutage(sorted, last, policy, fraction);
  const counted = sorted.filter((death) => !noDeath.has(death.class));
  const breaker = findOpenBreaker(counted, policy);
  if (breaker !== undefined) {
    const waitMs = jitter(doublingBackoff(breaker.failedProbes + 1, policy.maxMs, Math.max(policy.maxMs, probeMsMax)));
    return { waitMs, why: { kind: 'breaker', ...about, count: breaker.failedProbes, openedBy: breaker.session } };
  }
  const row = countRepeated(counted);
  if (last.class === 'missing-dependency') return { waitMs: jitter(policy.maxMs), why: { kind: 'death', ...about, count: row.length } };
  if (row.length === 1 && last.hadProgress) return { waitMs: 0, why: { kind: 'progress', ...about, count: 1 } };
  const n = row[0]?.hadProgress === true ? row.length - 1 : row.length;
  return { waitMs: jitter(doublingBackoff(n, policy.firstMs, policy.maxMs)), why: { kind: 'death', ...about, count: row.length } };
}

/** Waiting for a reset, a login or room is no crash, and counts for nothing else (V4). */
function judgeOutage(sorted: readonly Death[], last: Death, policy: RestartPolicy, fraction: number): RestartJudgement {
  const count = sorted.length - sorted.findLastIndex((death) => death.class !== last.class) - 1;
  const about = { session: last.session, class: last.class, count };
  switch (last.class) {
    case 'rate-limit': {
      const toldMs = last.resetAt === undefined ? undefined : Math.max(0, last.resetAt - last.at) + Math.round(fraction * resetSpreadMs);
      return { waitMs: toldMs ?? withJitter(doublingBackoff(count, resetFirstMs, probeMsMax), jitterShare, fraction), why: { kind: 'reset', ...about } };
    }
    case 'auth':
      return { waitMs: withJitter(doublingBackoff(count, loginFirstMs, probeMsMax), jitterShare, fraction), why: { kind: 'login', ...about } };
    case 'disk-full':
      return { waitMs: withJitter(doublingBackoff(count, policy.firstMs, policy.maxMs), jitterShare, fraction), why: { kind: 'disk', ...about } };
    default:
      return { waitMs: 0, why: { kind: 'progress', ...about } };
  }
}

/**
 * The breaker of an agent, from its deaths alone, so that it survives the daemon (R2). It opens with the death that is the `policy.breaker`th within
 * 15 min. A session that made progress, or lived longer than those 15 min, closes it: the cause was mended.
 */
export function findOpenBreaker(deaths: readonly Death[], policy: Pick<RestartPolicy, 'breaker'>): OpenBreaker | undefined {
  let open: OpenBreaker | undefined;
  let recent: Death[] = [];
  for (const death of [...deaths].filter((each) => !noDeath.has(each.class)).sort((a, b) => a.at - b.at)) {
    if (open !== undefined && !isHealthy(death)) {
      open = { ...open, failedProbes: open.failedProbes + 1 };
      continue;
    }
    if (open !== undefined) [open, recent] = [undefined, []];
    recent = [...recent.filter(({ at }) => death.at - at <= deathWindowMs), death];
    if (recent.length >= policy.breaker) open = { session: death.session, openedAt: death.at, failedProbes: 0 };
  }
  return open;
}

/** Whether a life shows that the cause of earlier deaths is mended. */
export function isHealthy({ hadProgress, livedMs }: Pick<Death, 'hadProgress' | 'livedMs'>): boolean {
  return hadProgress || livedMs > deathWindowMs;
}

/** The newest deaths that lie within 15 min of each other, oldest first. */
function countRepeated(deaths: readonly Death[]): Death[] {
  const row: Death[] = [];
  for (const death of [...deaths].reverse()) {
    const next = row[0];
    if (next !== undefined && next.at - death.at > deathWindowMs) break;
    row.unshift(death);
  }
  return row;
}
