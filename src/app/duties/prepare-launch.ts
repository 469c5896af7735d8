import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '#config';
import { chooseRuntime } from '#dispatch';
import { buildEnvironment, writeFileAtomic } from '#host';
import { getRuntime, type Runtime } from '#runtimes';
import { describeRecipient, formatBeacon, type Session, sessionEnvironment } from '#sessions';
import { type Agent, addressOf, agentFolder } from '#town';
import { readHook } from '#work';
import type { Deps } from '../deps.ts';

/** The program of a session, ready for its pane; the files that it wants are written. */
export async function prepareLaunch(
  deps: Deps,
  agent: Agent,
  session: Session,
): Promise<{ argv: readonly string[]; env: Record<string, string>; cwd: string }> {
  const about = { rig: agent.rig };
  const runtime = getRuntime(session.runtime, deps.settings, about);
  const hook = await readHook(deps.store.db, agent.address);
  const beacon = formatBeacon({
    recipient: describeRecipient(agent),
    sender: session.launch.sender,
    at: deps.clock.now(),
    topic: session.launch.topic,
    molecule: hook.molecule?.id,
    isContinued: session.launch.resume !== undefined && session.launch.topic === 'handoff',
  });
  const path = buildEnvironment(deps.env, { pass: [] }).PATH ?? '/usr/bin:/bin';
  const env = sessionEnvironment({
    root: deps.root,
    agent,
    session,
    processNames: runtime.descriptor.processNames,
    binDir: deps.paths.bin,
    path,
    gitEmail: deps.settings.get('git.email', about),
  });
  const launch = runtime.launch({
    prompt: [beacon, session.launch.instructions ?? ''].filter(Boolean).join('\n'),
    env,
    programs: {
      node: deps.programs.node,
      baton: join(deps.paths.bin, 'baton'),
      runbook: join(deps.programs.dir, 'runbook.cjs'),
      view: join(deps.programs.dir, 'view.cjs'),
    },
    filesFolder: join(deps.paths.run, 'launch', session.id),
    windowTokens: deps.settings.get(`runtimes.${session.runtime}.window`, about),
    command: session.launch.command,
    resume: session.launch.resume,
    model: session.launch.model,
    permissions: agent.role === 'overseer' ? 'ask' : deps.settings.get(`roles.${agent.role}.permissions`, about),
  });
  for (const file of launch.files) writeFileAtomic(file.path, file.text, { mode: 0o600 });
  return { argv: launch.argv, env: { ...launch.env }, cwd: chooseFolder(deps, agent) };
}

/** The runtime that an agent is to run with (L1). */
export function resolveRuntime(settings: Settings, agent: Agent): Runtime {
  return getRuntime(chooseRuntime(settings, agent, agent.startOrder.runtime), settings, { rig: agent.rig });
}

/** Where the agent works; a deleted folder is made again, so that a session can start at all (the worktree is then told as missing). */
function chooseFolder(deps: Deps, agent: Agent): string {
  const folder = agent.worktree ?? agentFolder(deps.root, addressOf(agent));
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
