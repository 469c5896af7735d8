import { unreachable } from '#base';
import type { Settings } from '#config';
import type { Git } from '#git';
import { checkMail } from '#mail';
import type { Session } from '#sessions';
import type { Store } from '#store';
import type { Agent } from '#town';
import { readHook } from '#work';
import { countSteps, type Hook, judgeCurrent, type Molecule, renderMolecule } from '#work/model';
import type { Capture, CapturedList, GitCapture } from './capture.ts';
import { captureGit } from './capture-git.ts';
import { collectState } from './collect-state.ts';
import { recallContext, recallSession } from './recall-session.ts';

/** The lines of the screen that a document shows. */
const screenLinesMax = 20;

/** What looking at a session takes. */
export interface CaptureDeps {
  readonly store: Store;
  readonly git: Git;
  readonly settings: Settings;
}

/** Whose end it is. With `preserve`, what is not committed goes to `refs/baton/preserved/<session>`; without, nothing is written anywhere. */
export interface CaptureRequest {
  readonly agent: Agent;
  readonly session: Session;
  readonly preserve: boolean;
  readonly screen?: string | undefined;
  /** Everything around the work is listed too (`--collect`). */
  readonly isCollected: boolean;
  /** Nobody wrote: what the session's own traces tell is listed (H9). */
  readonly isRecovery: boolean;
}

/** Looks at everything that a successor wants to know and the machine can tell: git, hook, steps, mail, screen, and the lists that are asked for. */
export async function captureState(deps: CaptureDeps, request: CaptureRequest): Promise<Capture> {
  const { store } = deps;
  const { agent, session } = request;
  const hook = await readHook(store.db, agent.address);
  const mail = await checkMail(store.db, { address: agent.address });
  const git = await captureGit(deps.git, request);
  return {
    bead: hook.bead === undefined ? undefined : { id: hook.bead.id, title: hook.bead.title, body: hook.bead.body, acceptance: hook.bead.acceptance },
    assigned: hook.assigned.map((bead) => bead.id),
    steps: hook.molecule === undefined ? undefined : describeSteps(hook.molecule),
    next: describeNext(hook),
    git,
    unreadCount: mail.count,
    transcript: session.transcript,
    livedMs: Math.max(0, store.clock.now() - (session.startedAt ?? session.createdAt)),
    screen: lastLines(request.screen ?? ''),
    lists: await listWhatIsAsked(deps, request, git),
  };
}

async function listWhatIsAsked(deps: CaptureDeps, request: CaptureRequest, git: GitCapture): Promise<CapturedList[]> {
  const collected = request.isCollected ? await collectState(deps, request.agent, git) : [];
  return [...collected, ...(await recall(deps, request))];
}

async function recall(deps: CaptureDeps, request: CaptureRequest): Promise<CapturedList[]> {
  if (request.isRecovery) return recallSession(deps, request);
  return request.isCollected ? [await recallContext(deps, request.session)] : [];
}

function describeSteps(molecule: Molecule): NonNullable<Capture['steps']> {
  const { done, skipped, total } = countSteps(molecule);
  return { text: renderMolecule(molecule), closed: done + skipped, count: total };
}

/** What the hook asks for now, in a sentence. */
function describeNext(hook: Hook): string {
  const current = judgeCurrent(hook);
  switch (current.kind) {
    case 'step':
      return `Continue with step-${current.step.position}: ${current.step.id} (${current.step.title}).`;
    case 'complete':
      return 'Every step is closed: run `baton done`.';
    case 'none':
      return 'Wait for work.';
    case 'blocked':
      return hook.molecule === undefined && hook.bead?.status !== 'blocked'
        ? `Continue with ${current.bead}.`
        : `${current.bead} can't go on: ${current.reason}.`;
    default:
      return unreachable(current);
  }
}

function lastLines(screen: string): string {
  return screen.trimEnd().split('\n').slice(-screenLinesMax).join('\n').trim();
}
