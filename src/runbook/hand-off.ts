import { runProgram } from '#host';
import { type Agent, tellFailure } from './agent.ts';
import { type Current, readCurrent } from './read-current.ts';

/** What the session was at when it was told to hand off. */
export interface At {
  readonly bead: string;
  readonly step: string;
}

const handoffTimeoutMs = 180_000;
const progressLinesMax = 12;

/** Whether a text of Baton tells the session to hand off, or that it is being handed off. */
export function isOrderToHandOff(text: string): boolean {
  return /\bhand(?:ed)? off now\b/i.test(text);
}

/** Hands off with notes for the successor. True when the handoff is committed: then nothing more is to be done but to be ended. */
export async function handOff(agent: Agent, at: At | undefined): Promise<boolean> {
  const current = await agent.baton.ask({ argv: ['mol', 'current', '--json'], tries: 3 });
  const next = current.kind === 'done' ? readCurrent(current.stdout) : undefined;
  const notes = writeNotes({ agent, at, next, branch: await readBranch(agent) });
  const answer = await agent.baton.ask({ argv: ['handoff', '-s', subjectOf(at, next), '-m', notes], timeoutMs: handoffTimeoutMs });
  if (answer.kind === 'done') return true;
  tellFailure(agent, 'handoff', answer);
  return false;
}

function subjectOf(at: At | undefined, next: Current | undefined): string {
  if (next?.kind === 'step') return `${next.step.bead}: ${next.step.id}`;
  return at === undefined ? 'handoff' : `${at.bead}: ${at.step}`;
}

/** The lines that a handoff document is sorted from (DESIGN.md C4). */
function writeNotes({ agent, at, next, branch }: { agent: Agent; at: At | undefined; next: Current | undefined; branch: string | undefined }): string {
  const { progress } = agent.memory;
  const left = progress.length - progressLinesMax;
  const lines = [
    `Issue: ${next?.kind === 'step' ? next.step.bead : (at?.bead ?? '(none)')}`,
    ...(branch === undefined ? [] : [`Branch: ${branch}`]),
    ...(left > 0 ? [`Progress: ${left} earlier entries, in the molecule's steps`] : []),
    ...progress.slice(-progressLinesMax).map((line) => `Progress: ${line}`),
    `Next: ${nextInWords(next)}`,
    `Note: what each command printed is whole in ${agent.setup.folder}/${agent.setup.session}.<step>.<n>.log`,
  ];
  return lines.join('\n');
}

function nextInWords(next: Current | undefined): string {
  switch (next?.kind) {
    case 'step':
      return `step ${next.step.id}: ${next.step.title}`;
    case 'complete':
      return `all steps are closed: baton done`;
    case 'blocked':
      return `blocked: ${next.reason}`;
    default:
      return 'ask `baton mol current`';
  }
}

/** The branch of the worktree; undefined outside of a repository or on none. */
async function readBranch({ setup }: Agent): Promise<string | undefined> {
  const result = await runProgram({ cwd: setup.cwd, env: setup.env, timeoutMs: 5000 }, ['git', 'symbolic-ref', '--quiet', '--short', 'HEAD']).catch(
    () => undefined,
  );
  const branch = result?.code === 0 ? result.stdout.trim() : '';
  return branch === '' ? undefined : branch;
}
