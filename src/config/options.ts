import { choice, commands, flag, type Kind, share, span, text, texts, whole } from './kind.ts';

/**
 * One row of the table. `fallback` is the default, undefined where there is none; `fallbacks` gives it per member of a family of keys
 * (`roles.<role>.mode`). `home` is the file whose template shows it; it may stand in `baton.toml` and every `rig.toml`, unless it `isRigOnly`.
 */
export interface Option<T, D extends T | undefined = T | undefined> {
  readonly kind: Kind<T>;
  readonly meaning: string;
  readonly fallback: D;
  readonly fallbacks?: Readonly<Record<string, T>>;
  readonly unit?: string;
  readonly home: 'town' | 'rig';
  readonly isRigOnly?: true;
}

/** Names that may stand for `<role>` in a key: who can be played by a program (DESIGN.md section 2; the overseer is a person). */
export const playedRoles = ['mayor', 'deacon', 'boot', 'witness', 'refinery', 'crew', 'polecat'] as const;

const hourS = 3600;
const dayS = 24 * hourS;
const secondsMax = 30 * dayS;
const seconds = whole(0, secondsMax);

/**
 * Every setting of Baton: parsing, `config list`, help, environment names and docs are made from these rows. A key with `<role>`, `<name>` or
 * `<type>` is a family. Defaults come from DESIGN.md section 14.
 */
export const options = {
  default_agent: row(text, 'claude', 'runtime that plays an agent where nothing else names one'),
  polecat_agent: row(text, undefined, 'runtime that plays polecats where their role names none'),

  'context.suggest': row(share, 0.7, 'context used from which an agent is told once', { unit: 'of the usable window' }),
  'context.cycle': row(share, 0.85, 'context used from which a session is handed off at its next boundary', { unit: 'of the usable window' }),
  'context.hard': row(share, 0.97, 'context used from which a session is handed off between two tool calls', { unit: 'of the usable window' }),
  'context.interesting': row(share, 0.2, 'growth in one round that makes the round interesting', { unit: 'of the usable window' }),

  'rounds.polecat': row(whole(1, 1000), 1, 'assignments of a polecat before its session ends', { unit: 'rounds' }),
  'rounds.witness': row(whole(1, 1000), 15, 'rounds of a witness before it is handed off', { unit: 'rounds' }),
  'rounds.deacon': row(whole(1, 1000), 20, 'rounds of a deacon before it is handed off', { unit: 'rounds' }),
  'rounds.refinery': row(whole(1, 1000), 20, 'rounds of a refinery before it is handed off', { unit: 'rounds' }),

  'handoff.ask_s': row(seconds, 120, 'how long an agent has to write its own handoff document', { unit: 'seconds' }),
  'handoff.hard_s': row(seconds, 60, 'how long a session past the hard limit may take to come to the end of a tool', { unit: 'seconds' }),
  'handoff.reserve': row(share, 0.05, 'context held back for writing that document', { unit: 'of the window' }),
  'handoff.receipt_s': row(seconds, 120, 'how long a successor has to take a document up before it is nudged', { unit: 'seconds' }),
  'handoff.cooldown_s': row(seconds, 120, 'least time between two handoffs of one agent', { unit: 'seconds' }),
  'handoff.precompact': row(choice('auto', 'cycle'), 'auto', "what a runtime's own compaction leads to: a saved document, or a cycle"),
  'handoff.wip': row(
    choice('by-role', 'push', 'snapshot', 'none'),
    'by-role',
    'what is kept of uncommitted work before a cycle; by-role is push for polecats, snapshot for crew, else none',
  ),

  'roles.<role>.runtime': row(text, undefined, 'runtime that plays this role'),
  'roles.<role>.model': row(text, undefined, 'model that the runtime is told to use for this role'),
  'roles.<role>.account': row(text, undefined, 'account that this role works under, where its runtime is the one of that account'),
  'roles.<role>.mode': row<'agent' | 'code', 'code'>(choice('agent', 'code'), 'code', 'whether a model plays this role or Baton does its rounds in code', {
    fallbacks: { mayor: 'agent', crew: 'agent', polecat: 'agent' },
  }),
  'roles.<role>.permissions': row<'ask' | 'bypass', 'bypass'>(choice('ask', 'bypass'), 'bypass', 'whether the runtime asks a person before it uses its tools', {
    fallbacks: { crew: 'ask', mayor: 'ask' },
  }),
  'roles.<role>.auto_cycle': row(flag, true, 'whether sessions of this role are handed off by measure', { fallbacks: { crew: false } }),

  'liveness.idle_s': row(seconds, 300, 'idle time with work on the hook after which an agent is nudged', { unit: 'seconds' }),
  'liveness.stuck_s': row(seconds, 1800, 'time within one turn without progress after which an agent is nudged', { unit: 'seconds' }),
  'liveness.nudges': row(whole(0, 100), 2, 'nudges before a stuck session is handed off', { unit: 'nudges' }),

  'deliver.receipt_s': row(seconds, 20, 'how long a nudge that was typed may take until its turn is seen to begin; then it is brought again', {
    unit: 'seconds',
  }),
  'deliver.alarm_s': row(seconds, 900, 'how long a live session may have had mail or a nudge with which no turn began before a person is told', {
    unit: 'seconds',
  }),

  'restart.first_s': row(seconds, 30, 'first wait before an agent that died early is started again', { unit: 'seconds' }),
  'restart.max_s': row(seconds, 600, 'longest such wait', { unit: 'seconds' }),
  'restart.breaker': row(whole(1, 100), 5, 'deaths within 15 minutes after which an agent is no longer started again', { unit: 'deaths' }),
  'budget.bead_sessions': row(whole(1, 100_000), undefined, 'sessions that may be spent on one bead; a person is called where they are', { unit: 'sessions' }),
  'budget.agent_sessions': row(whole(1, 100_000), undefined, 'sessions of one agent within a day', { unit: 'sessions' }),
  'budget.town_sessions': row(whole(1, 1_000_000), undefined, 'sessions of the whole town within a day', { unit: 'sessions' }),
  'start.grace_s': row(seconds, 60, 'how long a program has to become ready', { unit: 'seconds' }),
  'stop.grace_s': row(seconds, 3, 'how long a program has to end after being asked', { unit: 'seconds' }),

  'prime.bytes': row(whole(2000, 1_000_000), 10_000, 'most that a prime may print', { unit: 'bytes' }),
  'prime.short_bytes': row(whole(500, 100_000), 2000, 'most that a prime after compaction or resume may print', { unit: 'bytes' }),
  'checkpoint.stale_h': row(whole(1, 8760), 24, 'age from which a checkpoint no longer counts', { unit: 'hours' }),

  'krc.interval_s': row(seconds, 3600, 'time between two prunings of the journal', { unit: 'seconds' }),
  'krc.keep': row(whole(0, 1_000_000), 100, 'newest events that stay in the journal whatever their age', { unit: 'events' }),
  'krc.ttl.<type>': row(span(hourS, 3650 * dayS), undefined, 'how long events of this type (or "merge_*", or default) are kept; `baton krc config` shows all'),

  'env.pass': row(texts, [], 'names of environment variables that are passed on to agents'),
  theme: row(
    choice('auto', 'off', 'ocean', 'forest', 'rust', 'plum', 'slate'),
    'auto',
    "colours of the status line in agents' panes: auto is by role, off leaves tmux's own",
  ),
  shims: row(choice('auto', 'force', 'off'), 'auto', "whether gt, bd and the like are put on the agents' PATH: auto leaves real programs in place"),
  'git.name': row(text, 'Baton', 'name in the commits that Baton itself makes'),
  'git.email': row(text, 'baton@localhost', 'e-mail address in the commits that Baton itself makes'),

  'runtimes.<name>.command': row(texts, undefined, 'program and arguments that start this runtime'),
  'runtimes.<name>.window': row(whole(100, 100_000_000), undefined, 'context window of this runtime', { unit: 'tokens' }),
  'runtimes.<name>.signals': row(choice('own', 'none'), 'none', 'whether a runtime without an adapter reports its signals by itself, with `baton signal`'),
  'runtimes.<name>.ready_s': row(seconds, 3, 'how long a runtime that reports no start must survive to count as ready', {
    unit: 'seconds',
    // By then they have shown whether they want a login first.
    fallbacks: { auggie: 15, copilot: 15 },
  }),
  'runtimes.<name>.processes': row(texts, undefined, 'process names by which this runtime is known'),

  formula: row(text, 'work', 'formula poured for a bead that names none', { home: 'rig' }),
  dispatch: row(choice('off', 'auto'), 'off', 'whether ready beads are given to polecats without being slung', { home: 'rig' }),
  review: row(choice('off', 'witness'), 'off', 'who reviews finished work before it lands', { home: 'rig' }),
  capacity: row(whole(0, 200), 5, 'polecats of a rig that may work at once', { home: 'rig', unit: 'polecats' }),
  publish: row(
    choice('none', 'branches', 'target'),
    'none',
    "what of a rig is pushed to its origin: nothing, agents' branches, or these and the target branch",
    { home: 'rig' },
  ),
  target: row(text, undefined, "branch that work lands on; by default the clone's HEAD", { home: 'rig', isRigOnly: true }),
  setup: row(commands, [], 'commands run in each new worktree', { home: 'rig', isRigOnly: true }),
  gates: row(commands, [], 'commands that must pass before work lands', { home: 'rig', isRigOnly: true }),
} as const;

/** Pairs of keys of which the first must not be larger than the second. */
export const orderedKeys: readonly (readonly [keyof typeof options, keyof typeof options])[] = [
  ['context.suggest', 'context.cycle'],
  ['context.cycle', 'context.hard'],
  ['restart.first_s', 'restart.max_s'],
  ['prime.short_bytes', 'prime.bytes'],
];

function row<T, const D extends T | undefined>(
  kind: Kind<T>,
  fallback: D,
  meaning: string,
  more: Partial<Pick<Option<T>, 'unit' | 'home' | 'isRigOnly' | 'fallbacks'>> = {},
): Option<T, D> {
  return { kind, fallback, meaning, home: 'town', ...more };
}
