import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text as readText } from 'node:stream/consumers';
import { known } from '#base';
import { markOf, type ProcessMark, systemChance } from '#host';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import type { TestServer } from '#tmux/testing';
import { endSessionRow } from './end-session.ts';
import type { EndReason, Session, StartWords } from './model.ts';
import { openSessionRow } from './open-session.ts';
import { getSession } from './read-sessions.ts';
import { recordGone, recordStarted } from './record.ts';

export { recordGone };

interface Parts {
  readonly store: Store;
}

/** What a test's session is opened with; `runbook` on this host, cold, where nothing is said. */
export interface TestSession {
  readonly runtime?: string;
  readonly host?: string;
  readonly launch?: StartWords;
  readonly predecessor?: string;
}

/** The next session of an agent, opened as the daemon does it. */
export async function givenSession({ store }: Parts, agent: string, more: TestSession = {}): Promise<Session> {
  const { runtime = 'runbook', host = 'host_test', launch = { topic: 'cold-start', sender: 'overseer' }, predecessor } = more;
  const id = await store.change({ actor: 'daemon' }, async (tx, at) => {
    const opened = await openSessionRow({ chance: systemChance }, tx, at, { agent, runtime, host, launch, predecessor, why: { kind: 'test' } });
    return { answer: opened.id, events: opened.events };
  });
  return getSession(store.db, id);
}

/** One whose program runs; this process stands in for it where none is named. */
export async function givenStarted(parts: Parts, agent: string, more: TestSession & { process?: ProcessMark } = {}): Promise<Session> {
  const session = await givenSession(parts, agent, more);
  const { pid, start } = more.process ?? known(markOf(process.pid), 'this process');
  await recordStarted(parts, { session: session.id, agent, paneId: '%1', pid, start, isAdopted: false });
  return getSession(parts.store.db, session.id);
}

/** Ends a session as if all its processes were gone. */
export async function givenEnd(
  { store }: Parts,
  session: Session,
  reason: EndReason,
  more: { at?: number; evidence?: Record<string, unknown>; isGone?: boolean } = {},
): Promise<Session> {
  await store.change({ actor: 'daemon' }, async (tx, at) => {
    const ended = await endSessionRow(tx, { session: session.id, reason, at: more.at ?? at, evidence: more.evidence ?? {} });
    return { answer: undefined, events: ended.events };
  });
  if (more.isGone !== false) await recordGone({ store }, { session: session.id, agent: session.agent });
  return getSession(store.db, session.id);
}

/** The writer that a session's program is. */
export function writerOf({ agent, id }: Session): Writer {
  return { actor: agent, session: id };
}

/** Where a verb runs apart: the town's root, who calls, a tmux server, and the fault points armed in it. */
export interface Apart {
  readonly root: string;
  readonly by?: Writer;
  readonly server?: TestServer;
  readonly fault?: string;
}

/** How a process that ran a verb ended, and what the verb answered. */
export interface ApartEnd {
  readonly signal: NodeJS.Signals | null;
  readonly answer: unknown;
  readonly stderr: string;
}

/**
 * A process of its own that makes one call on a town, to be killed. `call` is the text of a function `(room, parts, request) => …`, where `room` is
 * a room's door and `parts` holds all that a verb may be handed: store, settings, clock, chance, git, tmux, by.
 */
export async function runApart(
  door: string,
  call: string,
  request: unknown,
  { root, by = { actor: 'overseer' }, server, fault = '' }: Apart,
): Promise<ApartEnd> {
  const connection = server === undefined ? null : { env: server.env, socketName: server.socketName };
  const script = `
const room = await import(${JSON.stringify(door)});
const { hostIdentity, systemChance, systemClock } = await import('#host');
const { openTestGit } = await import('#git/testing');
const { openTmux } = await import('#tmux');
const { openTown } = await import('#town');
const [root, request, by, connection] = ${JSON.stringify([root, request, by, connection])};
const town = await openTown({ clock: systemClock }, root);
const tmux = connection === null ? undefined : openTmux({ clock: systemClock, ...connection });
const parts = { clock: systemClock, chance: systemChance, host: hostIdentity(), git: openTestGit(), by, tmux, ...town };
try {
  console.log(JSON.stringify((await (${call})(room, parts, request)) ?? null));
} finally {
  await town.store.close();
}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, BATON_FAULT: fault },
  });
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const [stdout, stderr, [, signal]] = await Promise.all([readText(child.stdout), readText(child.stderr), closed]);
  return { signal, answer: stdout === '' ? undefined : JSON.parse(stdout), stderr };
}
