import type { Cause } from './interrupt-at.ts';

/** The three places of a change where a process can die: nothing done, all but the commit, committed. */
export const around = (point: string) => [`${point}.before`, `${point}.inside`, `${point}.after`];
const sides = (point: string) => [`${point}.before`, `${point}.after`];

/** What brings a killing about, and where it kills. */
export type Killings = readonly (readonly [cause: Cause, points: readonly string[]])[];

const prepare = [...sides('handoff.snapshot'), ...sides('git.snapshot')];
const wip = ['handoff.wip.before', ...sides('git.commit'), 'handoff.wip.after'];
const clear = ['clear.ended.after', 'clear.screen.after', ...around('session.gone')];
const replace = [...clear, ...sides('start.pane'), ...around('start.record')];

/** Both sides of every fault point of a start, a handoff, a death and a stop, in each way that leads there. */
export const lifeKillings: Killings = [
  ['handoff', replace],
  ['crash', [...prepare, ...around('bury.commit'), ...around('start.open'), ...replace]],
  ['cycle', [...prepare, ...wip, ...around('handoff.commit')]],
  ['command', [...prepare, ...wip, ...around('handoff.commit')]],
  ['save', around('handoff.save')],
  ['agent', [...around('prime'), ...around('turn.begin')]],
  ['daemon', around('lease.take')],
];

/** The same of a crew member that a person stops and starts again. */
export const stopKillings: Killings = [
  ['stop', [...prepare, ...around('bury.commit'), ...clear]],
  ['stop-command', around('stop.order')],
  ['start-command', around('start.order')],
];

/** One side of each, where the most can be lost: for `npm test`. */
export const lifeKillingsOnce: Killings = [
  ['handoff', ['clear.ended.after', 'clear.screen.after', 'session.gone.after', 'start.pane.before', 'start.pane.after', 'start.record.after']],
  ['crash', ['handoff.snapshot.before', 'git.snapshot.after', 'bury.commit.after', 'start.open.after']],
  ['cycle', ['handoff.wip.after', 'handoff.commit.after']],
  ['command', ['handoff.snapshot.after', 'git.commit.after', 'handoff.commit.inside', 'handoff.commit.after']],
  ['save', ['handoff.save.after']],
  ['agent', ['prime.after', 'turn.begin.after']],
  ['daemon', ['lease.take.after']],
];

export const stopKillingsOnce: Killings = [
  ['stop', ['bury.commit.after', 'clear.ended.after', 'session.gone.inside']],
  ['stop-command', ['stop.order.inside', 'stop.order.after']],
  ['start-command', ['start.order.after']],
];

/**
 * What one session gives to another, killed as it is recorded (`command`), and as it is told with a start (`start`), a turn's beginning (`prompt`) and a
 * turn's end (`stop`): each is killed on every side, and it is told once.
 */
export const transferKillings: readonly (readonly [at: 'command' | 'start' | 'prompt' | 'stop', points: readonly string[]])[] = [
  ['command', around('transfer.commit')],
  ['start', around('prime')],
  ['prompt', around('transfer.deliver')],
  ['stop', around('transfer.deliver')],
];

/** One side of each, where the most can be lost: for `npm test`. */
export const transferKillingsOnce: typeof transferKillings = [
  ['command', ['transfer.commit.inside']],
  ['start', ['prime.after']],
  ['prompt', ['transfer.deliver.after']],
  ['stop', ['transfer.deliver.after']],
];

/** Every fault point that an assignment passes from its sling to the removal of its worktree, beside those of starts and handoffs. */
export const assignmentPoints: readonly string[] = [
  ...around('sling.reserve'),
  ...sides('git.worktree-add'),
  'git.worktree-add.made',
  'polecat.worktree.made',
  ...around('polecat.worktree'),
  'sling.worktree.after',
  'sling.setup.after',
  ...around('sling.commit'),
  ...around('step.end'),
  ...around('turn.end'),
  ...around('spool.record'),
  'done.snapshot.after',
  ...sides('git.commit'),
  'done.commitAll.after',
  ...around('done.commit'),
  ...around('merge.start'),
  'git.fetch.after',
  'merge.rebase.before',
  'merge.gates.after',
  ...around('merge.commit'),
  'merge.move.before',
  ...sides('git.ref'),
  'merge.move.after',
  ...around('merge.land'),
  ...around('polecat.retire'),
  'polecat.clear.before',
  'polecat.clear.removed',
  'worktree.clear.preserved',
  ...sides('git.worktree-remove'),
  'git.worktree-remove.folder',
  'worktree.clear.after',
  ...around('polecat.free'),
];

/**
 * One side of each, in the rounds in which they kill: a landing that was cut off five times is given up, so no round kills more often than that while
 * one is under way.
 */
export const assignmentStorm: readonly (readonly string[])[] = [
  [
    'sling.reserve.after',
    'git.worktree-add.before',
    'git.worktree-add.made',
    'git.worktree-add.after',
    'polecat.worktree.made',
    'polecat.worktree.after',
    'sling.worktree.after',
    'sling.setup.after',
    'sling.commit.after',
    'step.end.after',
    'turn.end.after',
    'spool.record.after',
    'done.snapshot.after',
    'git.commit.before',
    'done.commitAll.after',
    'done.commit.after',
  ],
  ['merge.start.after', 'git.fetch.after', 'merge.rebase.before', 'merge.gates.after'],
  ['merge.commit.after', 'merge.move.before', 'git.ref.after', 'merge.move.after'],
  ['merge.land.inside'],
  [
    'polecat.retire.after',
    'polecat.clear.before',
    'polecat.clear.removed',
    'worktree.clear.preserved',
    'git.worktree-remove.before',
    'git.worktree-remove.folder',
    'worktree.clear.after',
    'polecat.free.inside',
  ],
];

/** What the daemon tells and does of what it sees, killed in the scenarios of small agents while somebody types: still told once. */
export const dutyPoints = {
  standing: ['watch.nudge.after', 'watch.call.after'],
  refused: ['condition.after', 'outage.after', 'outage.over.inside'],
  dying: ['mass-death.after', 'mass-death.tell.inside'],
} as const;

/** An emergency stop, its end, and what is brought back of a polecat that was given up: each order is killed, and given again. */
export const orderPoints = {
  estop: ['estop.after', 'freeze.stop.before', 'freeze.record.after', 'freeze.tell.after'],
  thaw: ['thaw.after', 'thaw.continued.after', 'thaw.record.inside'],
  restore: ['restore.reserve.after', 'restore.worktree.after', 'git.restore.before', 'git.restore.after', 'restore.files.after', 'restore.commit.inside'],
  sling: ['sling.restore.after'],
} as const;

/** A nudge on its way: its sender, the process that answers a signal with it, and the daemon that types it, each killed with one on its hands. */
export const deliverPoints = {
  sender: ['nudge.send.before', 'nudge.send.after'],
  signal: ['nudge.take.before', 'nudge.take.after', 'nudge.written.before'],
  daemon: ['nudge.offer.before', 'nudge.offer.after', 'nudge.paste.before', 'nudge.paste.after', 'nudge.enter.after'],
} as const;

/** All the points of a list, each once. */
export function pointsOf(killings: readonly (readonly [at: string, points: readonly string[]])[]): string[] {
  return [...new Set(killings.flatMap(([, points]) => points))];
}
