import { existsSync } from 'node:fs';
import { isFault, second, unreachable } from '#base';
import { type Git, listCommits, preservedRef, readWorktree, snapshotWorktree } from '#git';
import { fault } from '#host';
import { checkMail } from '#mail';
import type { Session } from '#sessions';
import type { Store } from '#store';
import type { Agent } from '#town';
import { readHook } from '#work';
import { countSteps, type Hook, judgeCurrent, type Molecule, renderMolecule } from '#work/model';
import type { Capture, GitCapture } from './capture.ts';

/** The lines of the screen that a document shows. */
const screenLinesMax = 20;
/** Commits looked through for those of the session: more are not made in one context. */
const commitCountMax = 200;

/** Whose end it is. With `preserve`, what is not committed goes to `refs/baton/preserved/<session>`; without, nothing is written anywhere. */
export interface CaptureRequest {
  readonly agent: Agent;
  readonly session: Session;
  readonly preserve: boolean;
  readonly screen?: string | undefined;
}

/** Looks at everything that a successor wants to know and the machine can tell: git, hook, steps, mail, screen. */
export async function captureState({ store, git }: { store: Store; git: Git }, request: CaptureRequest): Promise<Capture> {
  const { agent, session } = request;
  const hook = await readHook(store.db, agent.address);
  const mail = await checkMail(store.db, { address: agent.address });
  return {
    bead: hook.bead === undefined ? undefined : { id: hook.bead.id, title: hook.bead.title, body: hook.bead.body, acceptance: hook.bead.acceptance },
    assigned: hook.assigned.map((bead) => bead.id),
    steps: hook.molecule === undefined ? undefined : describeSteps(hook.molecule),
    next: describeNext(hook),
    git: await captureGit(git, request),
    unreadCount: mail.count,
    transcript: session.transcript,
    livedMs: Math.max(0, store.clock.now() - (session.startedAt ?? session.createdAt)),
    screen: lastLines(request.screen ?? ''),
  };
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

/** A worktree that is deleted or damaged must not keep its agent from ending: then the document says so. */
async function captureGit(git: Git, request: CaptureRequest): Promise<GitCapture> {
  const dir = request.agent.worktree;
  if (dir === null) return { kind: 'none' };
  if (!existsSync(dir)) return { kind: 'unknown', problem: `the folder "${dir}" is gone` };
  try {
    return await captureWorktree(git, dir, request);
  } catch (error) {
    if (!isFault(error)) throw error;
    return { kind: 'unknown', problem: error.message };
  }
}

async function captureWorktree(git: Git, dir: string, { agent, session, preserve }: CaptureRequest): Promise<GitCapture> {
  fault('handoff.snapshot.before');
  const ref = preservedRef(session.id);
  const snapshot = preserve ? await snapshotWorktree(git, { dir, ref, message: `Preserved: ${agent.address}, ${session.id}` }) : undefined;
  fault('handoff.snapshot.after');
  const tree = await readWorktree(git, dir);
  return {
    kind: 'known',
    branch: tree.branch,
    head: tree.head,
    changed: [...tree.changed.map((file) => file.path), ...tree.untracked],
    skipped: (snapshot?.skipped ?? []).map((file) => file.path),
    commits: tree.head === undefined ? [] : await listOwnCommits(git, dir, { agent, session }),
    preservedRef: snapshot === undefined ? undefined : ref,
  };
}

/** What the agent committed since the session started. Git tells whole seconds. */
async function listOwnCommits(git: Git, dir: string, { agent, session }: Pick<CaptureRequest, 'agent' | 'session'>): Promise<string[]> {
  if (session.startedAt === undefined) return [];
  const from = Math.floor(session.startedAt / second) * second;
  const commits = await listCommits(git, { repo: dir, to: 'HEAD', max: commitCountMax });
  const own = commits.filter((commit) => commit.authoredAt >= from && commit.author.name === agent.address);
  return own.map((commit) => `${commit.commit.slice(0, 10)} ${commit.subject}`);
}

function lastLines(screen: string): string {
  return screen.trimEnd().split('\n').slice(-screenLinesMax).join('\n').trim();
}
