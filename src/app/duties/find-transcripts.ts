import { statSync } from 'node:fs';
import { describeError, second } from '#base';
import { buildEnvironment, findBelow } from '#host';
import { findRuntime } from '#runtimes';
import { listSessions, recordConversationRow, type Session } from '#sessions';
import { agentFolder, getAgent, readAddress } from '#town';
import { accountEnvironment } from '../account-environment.ts';
import type { Deps } from '../deps.ts';
import type { Duty } from './duty.ts';
import { makeRests } from './rests.ts';

const roundMs = 5 * second;

/**
 * Finds the transcripts of conversations whose signals tell their id and not where they lie. A file counts only where its name or folder carries that id,
 * as the runtime says; the newest one of several.
 */
export function findTranscripts(deps: Deps, tell: (line: string) => void): Duty {
  const rests = makeRests(deps);
  return {
    name: 'find-transcripts',
    round: async () => {
      const live = await listSessions(deps.store.db, { isUnended: true });
      const lost = live.filter((session) => session.host === deps.host.id && session.conversation !== undefined && session.transcript === undefined);
      for (const session of lost.filter(({ id }) => !rests.isResting(id))) {
        try {
          const transcript = await locate(deps, session);
          if (transcript === undefined) rests.rest(session.id);
          else await record(deps, session, transcript);
        } catch (error) {
          rests.rest(session.id);
          tell(`${session.agent}: its transcript could not be looked for: ${describeError(error)}`);
        }
      }
      return roundMs;
    },
  };
}

async function locate(deps: Deps, session: Session): Promise<string | undefined> {
  const { store, settings, env, root } = deps;
  const { runtime, agent, conversation = '', launch } = session;
  const found = findRuntime(runtime, settings, { rig: readAddress(agent)?.rig ?? null });
  const { worktree, ...address } = await getAgent(store.db, agent);
  const cwd = worktree ?? agentFolder(root, address);
  if (found?.locateTranscript === undefined) return undefined;
  const own = await accountEnvironment(deps, session, found);
  const patterns = found.locateTranscript({ conversation, cwd, env: { ...buildEnvironment(env, { pass: settings.get('env.pass') }), ...launch.env, ...own } });
  return patterns.map((pattern) => newestOf(findBelow(pattern))).find((path) => path !== undefined);
}

function newestOf(paths: readonly string[]): string | undefined {
  const dated = paths.map((path) => ({ path, at: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }));
  return dated.sort((a, b) => b.at - a.at || (a.path < b.path ? -1 : 1))[0]?.path;
}

async function record(deps: Deps, session: Session, transcript: string): Promise<void> {
  await deps.store.change({ actor: 'daemon', point: 'conversation' }, async (tx, at) => ({
    answer: undefined,
    events: await recordConversationRow(tx, at, { session: session.id, agent: session.agent, transcript }),
  }));
}
