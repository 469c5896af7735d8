import { existsSync } from 'node:fs';
import { fault } from '#host';
import { type Git, preservedRef, readWorktree, snapshotWorktree } from '#git';
import { checkMail } from '#mail';
import type { Session } from '#sessions';
import type { Store } from '#store';
import type { Agent } from '#town';
import { readHook } from '#work';
import { countSteps, findCurrentStep, type Molecule, renderMolecule } from '#work/model';
import type { Capture } from './capture.ts';

/** The lines of the screen that a document shows. */
const screenLinesMax = 20;

/**
 * Looks at everything that a successor wants to know and the machine can tell: git, hook, steps, mail, screen. With `preserve`, what is not
 * committed goes to `refs/baton/preserved/<session>`; without, nothing is written anywhere.
 */
export async function captureState(deps: { store: Store; git: Git }, request: { agent: Agent; session: Session; preserve: boolean; screen?: string | undefined }): Promise<Capture> {
  const { agent, session } = request;
  const hook = await readHook(deps.store.db, agent.address);
  const mail = await checkMail(deps.store.db, { address: agent.address });
  return {
    bead: hook.bead === undefined ? undefined : { id: hook.bead.id, title: hook.bead.title, body: hook.bead.body, acceptance: hook.bead.acceptance },
    steps: hook.molecule === undefined ? undefined : describeSteps(hook.molecule),
    git: await captureGit(deps.git, agent, session, request.preserve),
    unreadCount: mail.count,
    screen: lastLines(request.screen ?? ''),
  };
}

function describeSteps(molecule: Molecule): NonNullable<Capture['steps']> {
  const { done, total } = countSteps(molecule);
  const step = findCurrentStep(molecule.steps);
  const current = step === undefined ? undefined : `step-${step.position}: ${step.id} (${step.title})`;
  return { text: renderMolecule(molecule), done, count: total, current };
}

/** An agent without a worktree, or whose folder was deleted, has nothing in git to tell. */
async function captureGit(git: Git, agent: Agent, session: Session, preserve: boolean): Promise<Capture['git']> {
  if (agent.worktree === null || !existsSync(agent.worktree)) return undefined;
  fault('handoff.snapshot.before');
  const ref = preservedRef(session.id);
  const snapshot = preserve ? await snapshotWorktree(git, { dir: agent.worktree, ref, message: `Preserved: ${agent.address}, ${session.id}` }) : undefined;
  fault('handoff.snapshot.after');
  const tree = await readWorktree(git, agent.worktree);
  const changed = [...tree.changed.map((file) => file.path), ...tree.untracked];
  return { branch: tree.branch, head: tree.head, changed, skipped: (snapshot?.skipped ?? []).map((file) => file.path), preservedRef: snapshot === undefined ? undefined : ref };
}

function lastLines(screen: string): string {
  return screen.trimEnd().split('\n').slice(-screenLinesMax).join('\n').trim();
}
