import { existsSync, mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault, isFault, randomUuid } from '#base';
import { buildEnvironment, findBelow, runProgram } from '#host';
import { type ForkOrder, getRuntime, type Launch, type Runtime, runtimes } from '#runtimes';
import { getSession, listSessions, type Session } from '#sessions';
import { agentFolder } from '#town';
import { readAddress } from '#town/model';
import { accountEnvironment } from '../account-environment.ts';
import type { Deps } from '../deps.ts';
import { accept } from '../duties/accept.ts';
import { homeOf, writeLaunchFiles } from '../duties/make-mirror.ts';
import { guestVariable } from '../guest.ts';

/**
 * With whom a person talks: a session of the town (a unique beginning of its id), or by the program's own id a conversation that Baton did not start.
 * `runtime` says whose it is where that can't be found. Without a question the person talks in their terminal.
 */
export interface TalkRequest {
  readonly id: string;
  readonly question?: string | undefined;
  readonly runtime?: string | undefined;
}

/** What runs a program in the person's terminal; answers its exit code. */
export type RunInTerminal = (argv: readonly string[], seat: { readonly env: Readonly<Record<string, string>>; readonly cwd: string }) => Promise<number>;

/** What came of a talk: the answer to the question, or how the program in the terminal ended. */
export interface Talk {
  /** The session of the town, or undefined for a conversation of nobody's. */
  readonly session: string | undefined;
  readonly runtime: string;
  readonly conversation: string;
  readonly cwd: string;
  readonly answer: string | undefined;
  readonly exit: number;
}

/**
 * Talks to a past session in a copy of its conversation (DESIGN.md section 11): by the runtime's own fork, in the session's own folder, under its own
 * account. The original stays as it is, and the copy is a guest: it carries no session, and Baton takes nothing from it. Faults: `not-found` where there
 * is no such session or conversation, `unsupported` where the runtime can't copy one, `unavailable` where its program fails. `adapters` are those there are.
 */
export async function talk(deps: Deps, request: TalkRequest, runInTerminal: RunInTerminal | undefined, adapters: readonly Runtime[] = runtimes): Promise<Talk> {
  const past = await findPast({ ...deps, adapters }, request);
  refuseUnable(past, request, runInTerminal);
  const copy = randomUuid(deps.chance);
  const filesFolder = join(deps.paths.run, 'launch', `talk-${copy}`);
  const leave = keepFolder(past.cwd);
  try {
    const { conversation, transcript, cwd, env } = past;
    const order = { conversation, transcript, copy, question: request.question, env, cwd, filesFolder, command: past.command, model: past.model };
    const launch = past.fork(order);
    prepare(deps, past, launch);
    const { answer, exit } = await run(past, request, launch, runInTerminal);
    return { session: past.session?.id, runtime: past.runtime.name, conversation, cwd, answer, exit };
  } finally {
    rmSync(filesFolder, { recursive: true, force: true });
    leave();
  }
}

/** A conversation that can be copied, and where its program is to run. */
interface Past {
  readonly session: Session | undefined;
  readonly runtime: Runtime;
  readonly conversation: string;
  readonly transcript: string | undefined;
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly command: readonly string[] | undefined;
  readonly model: string | undefined;
  fork(order: ForkOrder): Launch;
}

type Parts = Deps & { readonly adapters: readonly Runtime[] };

async function findPast(deps: Parts, { id, runtime }: TalkRequest): Promise<Past> {
  const session = await findSession(deps, id);
  return session === undefined ? findStranger(deps, id, runtime) : readPast(deps, session);
}

/** A session by its id, else by its program's own id of the conversation. */
async function findSession({ store }: Deps, id: string): Promise<Session | undefined> {
  try {
    return await getSession(store.db, id);
  } catch (error) {
    const [found] = isFault(error, 'not-found') ? await listSessions(store.db, { conversation: id, limit: 1 }) : [];
    if (found !== undefined || (isFault(error, 'not-found') && !id.startsWith('sess_'))) return found;
    throw error;
  }
}

async function readPast(deps: Parts, session: Session): Promise<Past> {
  const address = readAddress(session.agent);
  const runtime = runtimeOf(deps, session.runtime, address?.rig);
  const { conversation, transcript, launch } = session;
  if (conversation === undefined)
    throw new Fault('not-found', `no conversation of "${session.id}" is known: its program never told one`, { hint: insteadOf(session) });
  const account = await accountEnvironment(deps, session, runtime);
  const env = { ...guestEnvironment(deps, session.id), ...launch.env, ...account };
  const command = launch.command ?? deps.settings.get(`runtimes.${session.runtime}.command`, { rig: address?.rig });
  const { model } = launch;
  return { session, runtime, conversation, transcript, cwd: folderOf(deps, session), env, command, model, fork: forkOf(runtime, insteadOf(session)) };
}

function runtimeOf({ adapters, settings }: Parts, name: string, rig?: string | null): Runtime {
  return adapters.find((adapter) => adapter.name === name) ?? getRuntime(name, settings, { rig });
}

/** Where the session worked: an adopted program's own folder, else its agent's. */
function folderOf({ root }: Deps, { agent, openedWhy }: Session): string {
  const address = readAddress(agent);
  const typed = openedWhy.kind === 'adopted' && typeof openedWhy.cwd === 'string' ? openedWhy.cwd : undefined;
  return typed ?? (address === undefined ? root : agentFolder(root, address));
}

/**
 * A conversation that no session of the town had, in the caller's folder; it is known where its transcript is found, or its runtime is named. A database
 * of many conversations is there whether or not it holds this one, so it says nothing.
 */
function findStranger(deps: Parts, conversation: string, name: string | undefined): Past {
  if (!isConversationId(conversation)) throw unknownConversation(conversation);
  const { cwd, env, adapters, settings } = deps;
  const candidates =
    name === undefined ? adapters.filter(({ fork, transcript }) => fork !== undefined && transcript.kind === 'lines') : [runtimeOf(deps, name)];
  const found = candidates.flatMap((runtime) => {
    const transcript = runtime.locateTranscript?.({ conversation, cwd, env }).flatMap(findBelow)[0];
    return transcript === undefined ? [] : [{ runtime, transcript }];
  });
  const [first = name === undefined || candidates[0]?.locateTranscript !== undefined ? undefined : { runtime: candidates[0], transcript: undefined }] = found;
  if (first?.runtime === undefined) throw unknownConversation(conversation);
  const { runtime, transcript } = first;
  const fork = forkOf(runtime, 'ask it in its own program');
  const command = settings.get(`runtimes.${runtime.name}.command`);
  return { session: undefined, runtime, conversation, transcript, cwd, env: ownEnvironment(deps), command, model: undefined, fork };
}

function unknownConversation(conversation: string): Fault {
  return new Fault('not-found', `there is no session or conversation "${conversation}"`, {
    hint: '`baton seance` lists sessions; a conversation that Baton did not start is found from its own folder, with --runtime',
  });
}

/** Ids of all runtimes are such words; anything else would be a pattern, or a path, of files that were not named. */
function isConversationId(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/.test(text);
}

function forkOf(runtime: Runtime, hint: string): Past['fork'] {
  const { fork } = runtime;
  if (fork !== undefined) return (order) => fork(order);
  throw new Fault('unsupported', `${runtime.name} can't copy a conversation, and the original is not to be touched`, { hint });
}

function insteadOf({ id }: Session): string {
  return `\`baton sessions show ${id}\` has what it left, \`baton sessions logs ${id}\` its last screen`;
}

/** A copy has no name in the town: of the caller's environment only what is passed to agents, and nothing that says who they are. */
function guestEnvironment({ env, settings, paths, root }: Deps, of: string): Record<string, string> {
  const built = buildEnvironment(env, { pass: settings.get('env.pass') });
  const path = `${paths.bin}:${built.PATH ?? '/usr/bin:/bin'}`;
  return { ...built, PATH: path, BATON_BIN: join(paths.bin, 'baton'), BATON_TOWN: root, [guestVariable]: of };
}

/** For a conversation of the person's own: their environment, without what would make the copy a session. */
function ownEnvironment({ env }: Deps): Record<string, string> {
  const isPlain = ([name, value]: [string, string | undefined]) => value !== undefined && !/^(BATON_|GT_|BD_)/.test(name);
  const plain = Object.entries(env).filter(isPlain) as [string, string][];
  return { ...Object.fromEntries(plain), [guestVariable]: 'conversation' };
}

function refuseUnable({ runtime, session }: Past, { question }: TalkRequest, runInTerminal: RunInTerminal | undefined): void {
  const hint = session === undefined ? 'ask it in its own program' : insteadOf(session);
  if (question === undefined && runInTerminal === undefined)
    throw new Fault('unsupported', 'there is no terminal to talk in', { hint: 'put one question with -p QUESTION' });
  if (question !== undefined && !runtime.descriptor.conversation.prints)
    throw new Fault('unsupported', `${runtime.name} can't answer one question without a terminal`, { hint: `leave -p away to talk in your terminal; ${hint}` });
}

/** Where the session's folder is gone an empty one stands in its place while the copy runs: programs find conversations by their folder. */
function keepFolder(cwd: string): () => void {
  if (existsSync(cwd)) return () => {};
  const first = mkdirSync(cwd, { recursive: true, mode: 0o700 });
  return () => {
    try {
      for (let path = cwd; first !== undefined && path.startsWith(first); path = dirname(path)) rmdirSync(path);
    } catch {
      // Something was written there meanwhile: that stays.
    }
  };
}

function prepare({ settings }: Deps, { session, runtime, env }: Past, launch: Launch): void {
  writeLaunchFiles(launch, homeOf(runtime, env));
  const address = session === undefined ? undefined : readAddress(session.agent);
  if (address === undefined || address.role === 'overseer') return;
  if (settings.get(`roles.${address.role}.permissions`, { rig: address.rig }) === 'bypass') accept(launch.accepted ?? [], () => {});
}

/** Answers are text: more than this is none. */
const answerBytesMax = 4 * 1024 * 1024;

async function run(past: Past, { question }: TalkRequest, launch: Launch, runInTerminal: RunInTerminal | undefined): Promise<Pick<Talk, 'answer' | 'exit'>> {
  const seat = { env: { ...launch.env }, cwd: past.cwd };
  if (question === undefined && runInTerminal !== undefined) return { answer: undefined, exit: await runInTerminal(launch.argv, seat) };
  const ran = await runProgram({ ...seat, input: launch.stdin ?? '', outputBytesMax: answerBytesMax }, launch.argv);
  if (ran.code === 0) return { answer: ran.stdout.trim(), exit: 0 };
  const said = `${ran.stderr}\n${ran.stdout}`.trim().split('\n').slice(-5).join('\n');
  throw new Fault('unavailable', `${past.runtime.name} gave no answer: it ended ${ran.signal === null ? `with ${ran.code}` : `by ${ran.signal}`}`, {
    hint: said === '' ? 'try it without -p, in your terminal' : `it said: ${said}`,
  });
}
