import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Fault } from '#base';
import { listPreserved, type Restored, restoreSession } from '#dispatch';
import { buildEnvironment } from '#host';
import { getSession, listSessions, type Session } from '#sessions';
import { listAgents, listRigs } from '#town';
import { readAddress, roles } from '#town/model';
import type { Deps } from '../deps.ts';
import { explain } from '../explain.ts';
import { agentEver } from './places.ts';
import { type LogQuery, readLog } from './session-log.ts';
import { type RunInTerminal, type TalkRequest, talk } from './talk.ts';

export type PastVerbs = ReturnType<typeof pastVerbs>;

/** Looking back: what sessions left. */
export function pastVerbs(deps: Deps) {
  return {
    /** What a session had not committed, newest first. */
    preserved: async (id: string) => {
      const session = await getSession(deps.store.db, id);
      return { session: session.id, snapshots: await listPreserved(deps, { session: session.id }) };
    },
    restore: (request: { session: string; into?: string | undefined; agent?: string | undefined; nth?: number | undefined }) => restore(deps, request),
    /** Every session that this town knows, newest first; outlives the journal's pruning, as sessions are facts. */
    seance: (query: SeanceQuery) => listPast(deps, query),
    /** A talk with a copy of a past conversation; without a question in the person's terminal. */
    talk: (request: TalkRequest, runInTerminal: RunInTerminal | undefined) => talk(deps, request, runInTerminal),
    why: (subject: string) => explain(deps, subject),
    /** What a session said and was told, an entry at a time. */
    log: (id: string, query: LogQuery) => readLog(deps, id, query),
    /** The last screen of a session, as it was kept when it was cleared away. */
    screen: (id: string) => readScreen(deps, id),
  };
}

/** `role` and `rig` are looked for in the agent's address; `recent` is how many are told. */
export interface SeanceQuery {
  readonly role?: string | undefined;
  readonly rig?: string | undefined;
  readonly agent?: string | undefined;
  readonly recent?: number | undefined;
}

/** What the seed's table shows (seed 5, section 10), and the whole session beside it. `role` is the address, as the seed's compound role. */
export interface PastSession extends Session {
  readonly role: string;
  readonly topic: string;
}

const recentDefault = 20;
/** The store has no `like`: so many are looked through for a part of an address. */
const lookedThroughMax = 10_000;

async function listPast(deps: Deps, { role = '', rig = '', agent, recent = recentDefault }: SeanceQuery): Promise<PastSession[]> {
  const address = agent === undefined ? undefined : (await agentEver(deps.store.db, deps, agent)).address;
  const sessions = await listSessions(deps.store.db, { agent: address, limit: lookedThroughMax });
  await refuseUnknownParts(deps, sessions, { role, rig });
  return sessions
    .filter((session) => holds(session.agent, role) && holds(readAddress(session.agent)?.rig, rig))
    .slice(0, recent)
    .map((session) => ({ ...session, role: session.agent, topic: session.launch.topic }));
}

/** A part that nothing holds is a mistake in typing, and not an empty past. Retired agents count, and roles of which there is nobody yet. */
async function refuseUnknownParts({ store }: Deps, sessions: readonly Session[], { role, rig }: { role: string; rig: string }): Promise<void> {
  const addresses = [...(await listAgents(store.db, { isRetiredToo: true })).map(({ address }) => address), ...sessions.map(({ agent }) => agent)];
  if (![...roles, ...addresses].some((address) => holds(address, role)))
    throw new Fault('not-found', `no agent's address holds "${role}"`, { hint: `the roles are ${roles.join(', ')}; \`baton agents\` lists the agents` });
  const rigs = [...(await listRigs(store.db)).map(({ name }) => name), ...addresses.map((address) => readAddress(address)?.rig)];
  if (rig !== '' && !rigs.some((name) => holds(name, rig)))
    throw new Fault('not-found', `no rig's name holds "${rig}"`, { hint: '`baton rig list` lists the rigs' });
}

function holds(text: string | null | undefined, part: string): boolean {
  return (text ?? '').toLowerCase().includes(part.toLowerCase());
}

async function restore(deps: Deps, { into, agent, ...request }: Parameters<PastVerbs['restore']>[0]): Promise<Restored> {
  if (into !== undefined && agent !== undefined) throw new Fault('invalid', 'both --into and --agent are said', { hint: 'say one place' });
  const place = into === undefined ? undefined : resolve(deps.cwd, into);
  const env = buildEnvironment(deps.env, { pass: deps.settings.get('env.pass') });
  return restoreSession(
    { ...deps, env },
    {
      ...request,
      into: place !== undefined && existsSync(place) ? realpathSync(place) : place,
      agent: agent === undefined ? undefined : (await agentEver(deps.store.db, deps, agent)).address,
    },
  );
}

async function readScreen(deps: Deps, id: string): Promise<{ session: string; path: string; text: string }> {
  const session = await getSession(deps.store.db, id);
  const path = join(deps.paths.screens, `${session.id}.screen`);
  if (existsSync(path)) return { session: session.id, path, text: readFileSync(path, 'utf8').trimEnd() };
  const hint = session.endedAt === undefined ? `it lives: \`baton attach ${session.agent}\`` : 'its pane was gone, or the screen was pruned';
  throw new Fault('not-found', `no screen of "${session.id}" is kept`, { hint });
}
