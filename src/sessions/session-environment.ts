import { nestedSessionNames } from '#host/model';
import type { Session } from './model.ts';

/** What the environment of a session's program says (L5). */
export interface EnvironmentRequest {
  readonly root: string;
  readonly agent: { readonly address: string; readonly role: string; readonly rig: string | null };
  readonly session: Pick<Session, 'id' | 'generation' | 'runtime' | 'launch'>;
  readonly processNames: readonly string[];
  /** The folder of shims, first on the program's PATH, and the absolute path of `baton`. */
  readonly binDir: string;
  readonly path: string;
  readonly gitEmail: string;
}

/**
 * The variables that a session's program starts with, over the built environment of the tmux server. `GT_*` and `BD_ACTOR` are there for the
 * seeds' sake and never read by us. `NODE_OPTIONS` and the marks of other agents' sessions are emptied, so that none of them nests. An account that the order
 * names is told, for a runtime whose command looks for it.
 */
export function sessionEnvironment(request: EnvironmentRequest): Record<string, string> {
  const { agent, session } = request;
  return {
    ...session.launch.env,
    PATH: `${request.binDir}:${request.path}`,
    BATON_BIN: `${request.binDir}/baton`,
    BATON_TOWN: request.root,
    BATON_AGENT: agent.address,
    BATON_ROLE: agent.role,
    BATON_RIG: agent.rig ?? '',
    BATON_SESSION: session.id,
    BATON_GENERATION: String(session.generation),
    BATON_RUNTIME: session.runtime,
    BATON_ACCOUNT: session.launch.account ?? '',
    GT_ROLE: agent.address,
    GT_RIG: agent.rig ?? '',
    GT_ROOT: request.root,
    GT_AGENT: session.runtime,
    GT_PROCESS_NAMES: request.processNames.join(','),
    BD_ACTOR: agent.address,
    GIT_AUTHOR_NAME: agent.address,
    GIT_AUTHOR_EMAIL: request.gitEmail,
    GIT_COMMITTER_NAME: agent.address,
    GIT_COMMITTER_EMAIL: request.gitEmail,
    NODE_OPTIONS: '',
    ...Object.fromEntries(nestedSessionNames.map((name) => [name, ''])),
  };
}
