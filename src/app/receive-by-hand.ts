import { ancestorsOf } from '#host';
import { renderGuest } from '#prime';
import type { Runtime, Signal, SignalReply, SignalReport } from '#runtimes';
import { adoptSession, chooseProgram, findAdoptedConversation, type Session } from '#sessions';
import { type Agent, findAgentAt, findRig, readEstop } from '#town';
import { refuseSignal } from './caller.ts';
import type { Deps } from './deps.ts';
import { resolveRuntime } from './duties/prepare-launch.ts';
import { isGuest } from './guest.ts';

/** Whose signal it is: a session's, which answers it; or a guest's, which is told so at its start and else nothing. */
export type Received = { readonly kind: 'session'; readonly session: Session } | { readonly kind: 'guest'; readonly reply: SignalReply };

/**
 * Takes a signal of a program that no session is known of (P1). Where nobody plays the agent of its folder, its start signal makes it that agent's next
 * generation; where somebody does it is a guest, of which nothing is recorded.
 */
export async function receiveByHand(deps: Deps, signal: Signal, stdin: string): Promise<Received> {
  const agent = await findAgentAt(deps.store.db, deps.root, deps.cwd);
  if (agent === undefined) throw refuseSignal();
  const runtime = resolveRuntime(deps.settings, agent);
  const report = runtime.readSignal(signal, stdin);
  const known = await findDetached(deps, agent, report);
  if (known !== undefined) return { kind: 'session', session: known };
  if (signal !== 'start') return { kind: 'guest', reply: { stdout: '', exitCode: 0 } };
  const why = await refuseAdoption(deps, agent, report);
  return why === undefined ? adopt(deps, agent, runtime) : guest(runtime, agent, why);
}

/** A hook whose runner let go of its parent descends from nobody any more: the conversation says whose it is. */
async function findDetached({ store }: Deps, agent: Agent, { conversation }: SignalReport): Promise<Session | undefined> {
  if (conversation === undefined || chooseProgram(ancestorsOf(process.pid)) !== undefined) return undefined;
  return findAdoptedConversation(store.db, { agent: agent.address, conversation });
}

/** What keeps a program from playing the agent although nobody does. */
async function refuseAdoption({ store, env }: Deps, agent: Agent, { source }: SignalReport): Promise<string | undefined> {
  if (source === 'fork' || isGuest(env)) return 'this is a copy of an earlier conversation, to be asked and not to work';
  const estop = await readEstop(store.db);
  if (estop !== undefined) return `the town is stopped ("${estop.reason}"), and nothing starts until \`baton thaw\``;
  if (agent.desired === 'parked') return `${agent.address} is parked, and nothing starts until \`baton agent unpark ${agent.address}\``;
  const rig = agent.rig === null ? undefined : await findRig(store.db, agent.rig);
  return rig === undefined || rig.state === 'open' ? undefined : `the rig ${rig.name} is ${rig.state}, and nothing starts in it`;
}

async function adopt(deps: Deps, agent: Agent, runtime: Runtime): Promise<Received> {
  const program = chooseProgram(ancestorsOf(process.pid));
  if (program === undefined) throw refuseSignal();
  const request = { agent: agent.address, runtime: runtime.name, host: deps.host.id, process: program, cwd: deps.cwd };
  const { kind, session } = await adoptSession(deps, request);
  return kind === 'guest' ? guest(runtime, agent, describePlayer(session, agent)) : { kind: 'session', session };
}

function describePlayer({ id, generation, isAdopted, process: program, endedAt }: Session, { address, pane }: Agent): string {
  const where = isAdopted ? `in a program that was started by hand (pid ${program?.pid})` : `in pane ${pane}`;
  if (endedAt === undefined) return `${address} is played by ${id}, generation ${generation}, ${where}`;
  return `${id}, generation ${generation} of ${address} ${where}, has ended, and what is left of it is still being cleared away`;
}

function guest(runtime: Runtime, { address }: Agent, why: string): Received {
  const text = renderGuest({ agent: address, why });
  return { kind: 'guest', reply: runtime.answer('start', { kind: 'context', text }) ?? { stdout: text, exitCode: 0 } };
}
