import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { minute, randomUuid } from '#base';
import type { Settings } from '#config';
import { chooseRuntime } from '#dispatch';
import { buildEnvironment, ensureDir, runCommands, writeFileAtomic } from '#host';
import { getRuntime, type Launch, type LaunchOrder, type Runtime } from '#runtimes';
import { composePrompt, describeRecipient, type Session, sessionEnvironment } from '#sessions';
import { type Agent, addressOf, agentFolder, restoreWorktree } from '#town';
import { readHook } from '#work';
import { accountEnvironment } from '../account-environment.ts';
import type { Deps } from '../deps.ts';
import { noteUnprimed } from '../unprimed.ts';
import { accept } from './accept.ts';
import { firstPromptName, launchFolder } from './launch-folder.ts';
import { homeOf, writeLaunchFiles } from './make-mirror.ts';

/** What prepares a launch; `tell` says what could not be done and need not be. */
type LaunchParts = Deps & { readonly tell?: (line: string) => void };

/** The program of a session, ready for its pane; the files that it wants are written. */
export async function prepareLaunch(
  deps: LaunchParts,
  agent: Agent,
  session: Session,
): Promise<{ argv: readonly string[]; env: Record<string, string>; cwd: string }> {
  const about = { rig: agent.rig };
  const runtime = getRuntime(session.runtime, deps.settings, about);
  const inherited = buildEnvironment(deps.env, { pass: deps.settings.get('env.pass', about) });
  const env = { ...inherited, ...describeSession(deps, { agent, session, runtime, inherited }), ...(await accountEnvironment(deps, session, runtime)) };
  const prompt = await writePrompt(deps, { agent, session, runtime });
  const cwd = await chooseFolder(deps, agent);
  const folder = launchFolder(deps.paths, session.id);
  const permissions = agent.role === 'overseer' ? 'ask' : deps.settings.get(`roles.${agent.role}.permissions`, about);
  const launch = runtime.launch({
    ...{ prompt, env, cwd, permissions, filesFolder: folder, programs: placePrograms(deps) },
    conversation: randomUuid(deps.chance),
    windowTokens: deps.settings.get(`runtimes.${session.runtime}.window`, about),
    command: session.launch.command ?? deps.settings.get(`runtimes.${session.runtime}.command`, about),
    resume: session.launch.resume,
    model: session.launch.model,
  });
  writeLaunch(deps, { folder, home: homeOf(runtime, env), prompt, runtime, launch, isBypassed: permissions === 'bypass' });
  if (isPrimedByPrompt(runtime)) noteUnprimed(deps, session.id, session.launch.resume === undefined ? 'startup' : 'resume');
  return { argv: launch.argv, env: withoutInherited(launch.env, inherited), cwd };
}

interface Played {
  readonly agent: Agent;
  readonly session: Session;
  readonly runtime: Runtime;
}

/** The first prompt: the beacon, and what to do. */
async function writePrompt({ store, paths, clock }: Deps, { agent, session, runtime }: Played): Promise<string> {
  const { sender, topic, resume, instructions } = session.launch;
  return composePrompt({
    ...{ sender, topic, instructions, role: agent.role, recipient: describeRecipient(agent), at: clock.now() },
    baton: join(paths.bin, 'baton'),
    molecule: (await readHook(store.db, agent.address)).molecule?.id,
    isContinued: resume !== undefined && topic === 'handoff',
    isPrimed: isPrimed(runtime),
  });
}

/** What a session's environment says of it (L5). */
function describeSession({ root, paths, settings }: Deps, { agent, session, runtime, inherited }: Played & { inherited: Readonly<Record<string, string>> }) {
  return sessionEnvironment({
    ...{ root, agent, session, binDir: paths.bin },
    processNames: runtime.descriptor.processNames,
    path: inherited.PATH ?? '/usr/bin:/bin',
    gitEmail: settings.get('git.email', { rig: agent.rig }),
  });
}

function placePrograms({ programs, paths }: Deps): LaunchOrder['programs'] {
  const [baton, signal] = [join(paths.bin, 'baton'), join(paths.bin, 'signal')];
  return { node: programs.node, baton, signal, runbook: join(programs.dir, 'runbook.cjs'), view: join(programs.dir, 'view.cjs') };
}

/** The pane's server was started with what is inherited: an adapter is told it, and it is not said again in a command line that all can read. */
function withoutInherited(env: Launch['env'], inherited: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name, value]) => inherited[name] !== value));
}

/** Whether its signals bring the prime, at its start or with its first prompt; where not, the prompt says how to ask for it. */
function isPrimed({ descriptor: { startSignal, signals } }: Runtime): boolean {
  return startSignal.kind !== 'none' && (signals.carriesContext.includes('start') || signals.carriesContext.includes('prompt'));
}

/** Whether only a prompt's answer can bring the prime; the first one does, whether or not the start signal came before it. */
function isPrimedByPrompt({ descriptor: { startSignal, signals } }: Runtime): boolean {
  return startSignal.kind !== 'none' && !signals.carriesContext.includes('start') && signals.carriesContext.includes('prompt');
}

interface Written {
  readonly folder: string;
  /** The home of the runtime's program. */
  readonly home: string | undefined;
  readonly prompt: string;
  readonly runtime: Runtime;
  readonly launch: Launch;
  readonly isBypassed: boolean;
}

/** Everything that must stand before the program starts. */
function writeLaunch({ tell = () => {} }: LaunchParts, { folder, home, prompt, runtime, launch, isBypassed }: Written): void {
  writeLaunchFiles(launch, home);
  if (runtime.descriptor.prompt.kind === 'paste' || launch.isPromptPasted === true) {
    ensureDir(folder, 0o700);
    writeFileAtomic(join(folder, firstPromptName), prompt);
  }
  if (isBypassed) accept(launch.accepted ?? [], tell);
}

/** The runtime that an agent is to run with (L1). */
export function resolveRuntime(settings: Settings, agent: Agent): Runtime {
  return getRuntime(chooseRuntime(settings, agent, agent.startOrder.runtime).runtime, settings, { rig: agent.rig });
}

/** A setup command that takes longer has hung. */
const setupMsMax = 15 * minute;

/**
 * Where the agent works. A worktree whose folder somebody deleted is made again on its branch and prepared as when it was made; where that can't be,
 * the folder alone is, so that a session can start at all (the worktree is then told as missing).
 */
async function chooseFolder(deps: Deps, agent: Agent): Promise<string> {
  await restoreWorktree(deps, agent, (dir) => {
    const env = buildEnvironment(deps.env, { pass: deps.settings.get('env.pass', { rig: agent.rig }) });
    return runCommands({ ...deps, env }, { dir, commands: deps.settings.get('setup', { rig: agent.rig }), timeoutMs: setupMsMax });
  });
  const folder = agent.worktree ?? agentFolder(deps.root, addressOf(agent));
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
