import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  around,
  assignmentPoints,
  assignmentStorm,
  deliverPoints,
  dutyPoints,
  lifeKillings,
  lifeKillingsOnce,
  orderPoints,
  pointsOf,
  stopKillings,
  stopKillingsOnce,
  transferKillings,
  transferKillingsOnce,
} from '../support/killings.ts';
import { readFaultPoints, readTreeFile } from '../support/read-fault-points.ts';

/** Points that tests of their room kill at, with real processes and at more places than a scenario reaches; the file that does. */
const inRooms: Readonly<Record<string, string>> = {
  'archive.part.before': 'src/transcripts/archive.test.ts',
  'archive.copy.before': 'src/transcripts/archive.test.ts',
  'archive.copy.after': 'src/transcripts/archive.test.ts',
  'archive.rows.before': 'src/transcripts/archive.test.ts',
  'archive.rows.appended': 'src/transcripts/archive.test.ts',
  'init.folders.after': 'src/town/create-town.test.ts',
  'init.store.before': 'src/town/create-town.test.ts',
  'init.store.after': 'src/town/create-town.test.ts',
  'init.settings.after': 'src/town/create-town.test.ts',
  'init.rows': 'src/town/create-town.test.ts',
  'install.copy.before': 'src/app/install-programs.test.ts',
  'install.copy.after': 'src/app/install-programs.test.ts',
  'rig.add': 'src/town/add-rig.test.ts',
  'rig.add.begun': 'src/town/add-rig.test.ts',
  'rig.add.cloned': 'src/town/add-rig.test.ts',
  'rig.add.filled': 'src/town/add-rig.test.ts',
  'rig.add.marked': 'src/town/add-rig.test.ts',
  'git.repository.before': 'src/git/clone-bare.test.ts',
  'rig.remove': 'src/town/rigs.test.ts',
  'rig.remove.moved': 'src/town/rigs.test.ts',
  'rig.remove.preserved': 'src/town/rigs.test.ts',
  'crew.add': 'src/town/agents.test.ts',
  'crew.add.worktree': 'src/town/agents.test.ts',
  'crew.remove': 'src/town/agents.test.ts',
  'sling.undo': 'src/dispatch/sling-races.test.ts',
  'krc.prune': 'src/store/store-processes.test.ts',
  'krc.mark.before': 'src/store/store-processes.test.ts',
  'receipt.nudge': 'src/handoff/carry-receipt.test.ts',
  'receipt.escalate': 'src/handoff/carry-receipt.test.ts',
  'polecat.nuke': 'src/dispatch/nuke-restore.test.ts',
  'session.adopt': 'src/sessions/adopt-session.test.ts',
};

/**
 * Changes of rows and nothing else: nothing stands before or after them that a death could leave half done. What a killed writer leaves is the store's
 * promise for every change (store 9); whoever is asked again finds it done or does it.
 */
const rowsAlone: readonly string[] = [
  ...['bead.create', 'bead.update', 'bead.note', 'bead.close', 'bead.drop', 'bead.reopen', 'dependency.add', 'dependency.remove', 'hook', 'unhook', 'unsling'],
  ...[
    'molecule.pour',
    'molecule.attach',
    'molecule.burn',
    'step.start',
    'step.reopen',
    'step.retry',
    'step.retry.nudge',
    'checkpoint',
    'checkpoint.clear',
    'late-note',
  ],
  ...[
    'mail.send',
    'mail.send.group',
    'mail.mark',
    'mail.read',
    'mail.tell',
    'escalate',
    'escalation.ack',
    'escalation.close',
    'nudge.send',
    'nudge.expire',
    'nudge.withdraw',
    'nudge.settle',
  ],
  ...[
    'conversation',
    'stop.ask',
    'agent.reset',
    'agent.unpark',
    'rig.state',
    'restart.order',
    'daemon.want',
    'lease.give',
    'host.boot',
    'advice',
    'start.ready',
    'wake',
  ],
  ...['delivery.alarm', 'merge.retry', 'merge.refuse', 'merge.again', 'merge.postpone', 'polecat.take'],
  ...['conversations.note', 'conversation.archived', 'usage.record'],
  ...['account.add', 'account.default', 'account.remove'],
];

/** What nobody kills at, each for its own reason. */
const unkilled: Readonly<Record<string, string>> = {
  'nudge.deliver': 'typed into a program that tells no prompts: what was sent may be sent once more, with the same nonce, for nothing else can prove it',
  'git.guard.before': 'one file, written whole between `rig.add.cloned` and `rig.add.filled`; whoever is killed at either adds the rig again',
  'git.guard.after': 'the same',
  'git.repository.after': 'the next point of a new repository is `rig.add.cloned`, with nothing between them',
  'git.push.before': 'a push comes after the commit of whatever asked for it, is recorded nowhere, and is made again',
  'git.push.after': 'the same',
  'spool.failed': 'an event about a signal that failed; one that is read again is told again, and nothing else hangs on it',
  'rig.sync': 'rows that repeat what git was found to hold; the next sync finds the same',
  'rig.publish': 'an event about pushes that git refuses to repeat; the next publish finds nothing to push',
  'wip.pushed': 'an event about a push; asked again git finds it pushed',
  'worktree.restore': 'a person asks for it by a command and sees it end; asked again it restores the same tree',
  'worktree.setup': 'an event about a command that failed; whoever is killed there runs the command again, as the worktree is not marked as prepared',
  'town.move': 'rows that repeat what git was made to hold; a person asks for it by `doctor --fix` and, asked again, it does the same',
  'restore.record': 'an event about files that are back; asked again it finds the place taken',
};

const suite = new Set([
  ...pointsOf(lifeKillings),
  ...pointsOf(stopKillings),
  ...pointsOf(transferKillings),
  ...assignmentPoints,
  ...[deliverPoints, dutyPoints, orderPoints].flatMap((points) => Object.values(points).flat()),
]);
const found = readFaultPoints();
const baseOf = (point: string) => point.replace(/\.(before|inside|after)$/, '');

test('every fault point of the program has somebody who dies there, or a reason why nobody does', () => {
  const bases = new Set([...suite].map(baseOf));
  const isKilled = ({ name, isChange }: (typeof found)[number]) => (isChange ? bases.has(name) : suite.has(name));
  const unnamed = found.filter((point) => !isKilled(point) && !(point.name in inRooms) && !rowsAlone.includes(point.name) && !(point.name in unkilled));
  assert.deepEqual(
    unnamed.map(({ name, file }) => `${name} (${file})`),
    [],
  );
});

test('no list names a point that is not there any more, and each room that is said to kill at one does', () => {
  const names = new Set(found.flatMap(({ name, isChange }) => (isChange ? [name, ...around(name)] : [name])));
  const gone = [...suite, ...Object.keys(inRooms), ...rowsAlone, ...Object.keys(unkilled)].filter((name) => !names.has(name));
  assert.deepEqual(gone, []);
  for (const [name, file] of Object.entries(inRooms)) assert.ok(readTreeFile(file).includes(name), `${file} kills at ${name}`);
});

test('what is killed on both sides in the long run is killed on one in the short', () => {
  const short = new Set([...[lifeKillingsOnce, stopKillingsOnce, transferKillingsOnce].flatMap(pointsOf), ...assignmentStorm.flat()].map(baseOf));
  const long = [...[lifeKillings, stopKillings, transferKillings].flatMap(pointsOf), ...assignmentPoints];
  assert.deepEqual(
    [...new Set(long.map(baseOf))].filter((name) => !short.has(name)),
    [],
  );
});
