import { type Command, command } from '../command.ts';
import { choice, flag, text, whole } from '../field.ts';
import { primeFailure } from '../print/prime-failure.ts';
import { startOptions } from './start-options.ts';

const section = 'Agents and sessions';
const address = text('the agent, such as app/crew/max', { isRequired: true, names: 'agents' });
const session = text('the session; a unique beginning of its id is enough', { isRequired: true, value: 'SESSION', names: 'sessions' });

/** Agents, and the sessions that play them. */
export const sessionCommands: readonly Command[] = [
  command({
    words: 'attach',
    section,
    summary: "Attach to an agent's pane, starting the agent if it does not run",
    about: 'Detaching (Ctrl-B d) never stops it.',
    args: { address },
    options: startOptions,
    examples: [{ line: 'attach app/crew/max', does: 'watch and type' }],
    faults: ['not-found', 'conflict', 'unsupported', 'unavailable', 'timeout'],
    run: async () => (await import('../run/starts.ts')).attach,
  }),
  command({
    words: 'agents',
    section,
    summary: 'List the agents: state, step, context, generation',
    options: { rig: text('only of this rig', { names: 'rigs' }) },
    examples: [{ line: 'agents', does: 'all of them' }],
    faults: ['not-found', 'unavailable'],
    run: async () => (await import('../run/agents.ts')).listAgents,
  }),
  command({
    words: 'agent status',
    section,
    summary: 'Tell everything about one agent',
    args: { address },
    examples: [{ line: 'agent status app/polecats/Toast', does: 'session, hook, step, context, end of the last one' }],
    faults: ['not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/agents.ts')).agentStatus,
  }),
  command({
    words: 'polecat list',
    section,
    summary: 'List the polecats',
    options: { rig: text('only of this rig', { names: 'rigs' }) },
    examples: [{ line: 'polecat list', does: 'name, bead, step, state' }],
    faults: ['not-found'],
    run: async () => (await import('../run/agents.ts')).listPolecats,
  }),
  command({
    words: 'polecat status',
    section,
    summary: 'Tell everything about one polecat',
    args: { name: text('its name or address', { isRequired: true, names: 'polecats' }) },
    options: { rig: text('the rig', { names: 'rigs', default: 'the rig of the current folder, or the only one' }) },
    examples: [{ line: 'polecat status Toast --rig app', does: 'one polecat' }],
    faults: ['not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/agents.ts')).polecatStatus,
  }),
  command({
    words: 'prime',
    section,
    summary: 'Tell an agent who it is, what hangs on its hook and what its predecessor left',
    options: {
      hook: flag("answer a runtime's start signal; the only form that changes anything"),
      state: flag('only the state: post-handoff, crash-recovery, autonomous or normal'),
      dryRun: flag('show what a start would be told now, and change nothing, also with --hook', { short: 'n' }),
    },
    examples: [
      { line: 'prime', does: 'read it' },
      { line: 'prime --state --json', does: 'for programs: state, role, agent, session, prev_session, checkpoint_age_s, hooked_bead, document' },
    ],
    faults: ['not-found', 'conflict', 'unavailable'],
    tellFailure: (error, { state }) => (state === true ? undefined : primeFailure(error)),
    run: async () => (await import('../run/handoffs.ts')).prime,
  }),
  command({
    words: 'handoff',
    section,
    summary: 'Hand over to a fresh session, with what it must know',
    about:
      'Inside a session: write where you stand and stop; your successor starts at your step. With a target: hand over another agent, or hook a bead first. Six sections are understood: Goal, Current state, Key decisions, Dead ends, Working set, Next action.',
    args: { target: text('an agent or a bead', { default: 'yourself', names: 'agents' }) },
    options: {
      subject: text('one line', { short: 's' }),
      message: text('what the successor must know', { short: 'm' }),
      stdin: flag('read the message from stdin'),
      collect: flag('capture what lies around the work too: worktree, inbox, ready and running beads', { short: 'c' }),
      auto: flag('only save what is known now; the session works on'),
      cycle: flag('be replaced by a session that goes on with this conversation'),
      reason: text('why'),
      now: flag('of another: without asking it for a document first; one is rebuilt'),
      watch: flag("go over to the agent's pane", { short: 'w', default: "for a person inside the town's tmux" }),
      dryRun: flag('show what would be handed over; changes nothing', { short: 'n' }),
    },
    examples: [
      { line: 'handoff -s "login half done" -m "Next: finish the test in auth.test.ts"', does: 'your own' },
      { line: 'handoff app/crew/max', does: "another's, asked first for what it knows" },
      { line: 'handoff --auto --reason compaction', does: 'save, and work on' },
    ],
    faults: ['invalid', 'not-found', 'conflict', 'unavailable', 'timeout'],
    run: async () => (await import('../run/handoff.ts')).handoff,
  }),
  command({
    words: 'signal',
    section,
    summary: 'Report an event of a runtime; its programs call this',
    args: {
      name: choice('the event', ['start', 'prompt', 'pre-tool', 'post-tool', 'pre-compact', 'stop', 'waiting', 'end'], { isRequired: true, value: 'NAME' }),
    },
    examples: [{ line: 'signal stop', does: 'a turn has ended; the answer says whether to go on' }],
    faults: ['not-found', 'conflict', 'unavailable'],
    tellFailure: (error, { name }) => (name === 'start' ? primeFailure(error) : undefined),
    run: async () => (await import('../run/handoffs.ts')).signal,
  }),
  command({
    words: 'keepalive',
    section,
    summary: 'Say that this session lives',
    examples: [{ line: 'keepalive', does: 'inside a session' }],
    faults: ['not-found'],
    run: async () => (await import('../run/handoffs.ts')).keepalive,
  }),
  command({
    words: 'sessions list',
    section,
    summary: 'List sessions, newest first, with how each ended',
    options: { agent: text('only of this agent', { names: 'agents' }), limit: whole('how many', { default: '50', value: 'COUNT', min: 1 }) },
    examples: [{ line: 'sessions list --agent app/crew/max', does: 'the line of one agent' }],
    faults: ['not-found'],
    need: 'personal',
    run: async () => (await import('../run/sessions.ts')).listSessions,
  }),
  command({
    words: 'sessions show',
    section,
    summary: 'Show a session: facts, ends, documents',
    args: { session },
    examples: [{ line: 'sessions show sess_1a2b3c4d', does: 'one session' }],
    faults: ['not-found', 'conflict'],
    need: 'personal',
    run: async () => (await import('../run/sessions.ts')).showSession,
  }),
  command({
    words: 'sessions lineage',
    section,
    summary: 'Show the line of sessions that a session belongs to, with their handoffs',
    args: { session },
    examples: [{ line: 'sessions lineage sess_1a2b3c4d', does: 'from the first to the newest' }],
    faults: ['not-found', 'conflict'],
    need: 'personal',
    run: async () => (await import('../run/sessions.ts')).showLineage,
  }),
];
