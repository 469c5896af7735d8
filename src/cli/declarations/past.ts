import { type Command, command } from '../command.ts';
import { flag, list, text, whole } from '../field.ts';

const section = 'Agents and sessions';
const session = text('the session; a unique beginning of its id is enough', { isRequired: true, value: 'SESSION', names: 'sessions' });

/** Looking back, and undoing. */
export const pastCommands: readonly Command[] = [
  command({
    words: 'polecat nuke',
    section,
    summary: 'End polecats for good; what they hold is preserved first, and their beads are open again',
    about:
      'Each is stopped, its commits stay on its branch, and what is not committed is kept for `baton sessions restore`. The bead keeps its molecule and steps; slinging it again goes on from there.',
    args: { names: list("the polecats' names or addresses", { value: 'NAME', isRequired: true, names: 'polecats' }) },
    options: {
      rig: text('the rig', { names: 'rigs', default: 'the rig of the current folder, or the only one' }),
      force: flag('also where somebody locked its worktree'),
    },
    examples: [{ line: 'polecat nuke Toast --rig app', does: 'one that went astray' }],
    faults: ['not-found', 'conflict', 'unavailable', 'timeout'],
    run: async () => (await import('../run/polecats.ts')).nukePolecats,
  }),
  command({
    words: 'polecat prune',
    section,
    summary: 'Give back at once what polecats no longer need: worktrees, names, branches that have landed',
    options: { rig: text('only of this rig', { names: 'rigs' }) },
    examples: [{ line: 'polecat prune', does: 'in every rig' }],
    faults: ['not-found', 'unavailable'],
    run: async () => (await import('../run/polecats.ts')).prunePolecats,
  }),
  command({
    words: 'seance',
    section,
    summary: 'List past and present sessions, newest first: id, role, start, topic; or talk to one',
    about:
      "A talk is with a copy of the session's conversation, made by its program's own means, in its own folder and under its own account. The original stays as it is, and the copy changes nothing of the town.",
    options: {
      role: text('only where the address holds this, such as crew or max', { value: 'ROLE' }),
      rig: text("only where the rig's name holds this", { value: 'RIG' }),
      agent: text('only of this agent', { names: 'agents' }),
      recent: whole('how many', { short: 'n', default: '20', min: 1, value: 'COUNT' }),
      talk: text("the session to talk to, or the program's own id of a conversation", { short: 't', value: 'ID', names: 'sessions' }),
      question: text('with --talk: one question, answered on stdout', { short: 'p', aliases: ['prompt'], default: 'talk in your terminal' }),
      runtime: text('with --talk: whose conversation it is, where Baton did not start it', { names: 'runtimes' }),
    },
    examples: [
      { line: 'seance --role crew --rig app --recent 20', does: "the crew's last sessions in app" },
      { line: 'seance --talk sess_1a2b3c4d -p "Why was the cache dropped?"', does: 'ask one that is over' },
      { line: 'seance --talk sess_1a2b3c4d', does: 'talk to it in your terminal' },
    ],
    faults: ['not-found', 'conflict', 'unsupported', 'unavailable'],
    need: 'personal',
    run: async () => (await import('../run/past.ts')).seance,
  }),
  command({
    words: 'why',
    section: 'Watching',
    summary: 'Tell what was done for an agent, session or bead, on which evidence, and what would be done now',
    about: 'It is told from the record itself and not from the journal, so it outlives what is pruned.',
    args: { subject: text('an agent, a session or a bead', { isRequired: true, names: 'agents' }) },
    examples: [
      { line: 'why app/polecats/Toast', does: 'why it runs, waits or was ended' },
      { line: 'why ap-1x9kz', does: "a bead's whole way" },
    ],
    faults: ['not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/past.ts')).why,
  }),
  command({
    words: 'sessions restore',
    section,
    summary: 'Bring back what a session had not committed; overwrites nothing',
    about:
      'By default into a folder of its own. With --agent into the worktree of an agent that does not run; a polecat that was nuked or has retired is made again on its branch, with its bead on its hook.',
    args: { session },
    options: {
      into: text('a folder that is missing or empty, or a worktree without changes', { value: 'DIR' }),
      agent: text('whose worktree', { names: 'agents' }),
      nth: whole('which snapshot, 1 being the newest', { default: '1', min: 1 }),
      list: flag('only show the snapshots that are kept'),
    },
    examples: [
      { line: 'sessions restore sess_1a2b3c4d', does: 'the files, in .baton/restored/sess_1a2b3c4d' },
      { line: 'sessions restore sess_1a2b3c4d --agent app/polecats/Toast', does: 'the undo of `baton polecat nuke Toast`' },
      { line: 'sessions restore sess_1a2b3c4d --list', does: 'what there is' },
    ],
    faults: ['not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/past.ts')).restoreSession,
  }),
  command({
    words: 'sessions logs',
    section,
    summary: 'Print what a session said and was told: its conversation, or its last screen',
    about:
      'Every record of its transcript in order, also of one that its runtime has deleted or written anew: it is kept in the archive. It is printed as it was; nothing is redacted.',
    args: { session },
    options: {
      active: flag('only what the model still holds, past compactions and rewinds'),
      last: whole('only the newest so many entries', { min: 1, value: 'COUNT' }),
      screen: flag('the last screen of a session that has ended'),
    },
    examples: [
      { line: 'sessions logs sess_1a2b3c4d', does: 'the whole conversation' },
      { line: 'sessions logs sess_1a2b3c4d --last 20', does: 'how it ended' },
      { line: 'sessions logs sess_1a2b3c4d --screen', does: 'what its program last showed' },
    ],
    faults: ['not-found', 'conflict'],
    need: 'personal',
    run: async () => (await import('../run/past.ts')).sessionLogs,
  }),
  command({
    words: 'mol step retry',
    section: 'Work',
    summary: 'Open a failed step again; its bead is not blocked any more',
    args: { step: text('the step', { default: 'the first that failed' }) },
    options: { of: text('whose step: a bead, a molecule or an agent', { default: 'what hangs on your hook', value: 'BEAD' }) },
    examples: [
      { line: 'mol step retry --of ap-1x9kz', does: 'the one that failed, after its cause is mended' },
      { line: 'mol step retry lint --of ap-1x9kz', does: 'one that was skipped' },
    ],
    faults: ['not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/molecules.ts')).stepRetried,
  }),
];
