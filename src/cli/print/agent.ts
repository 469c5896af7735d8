import type { AgentStatus, TownStatus } from '#app';
import { formatDuration } from '#base';
import { formatMeter, formatShare, renderBar } from '#context/model';
import { formatSpending } from '#usage/model';
import { escalationTable } from './mail.ts';
import type { Page } from './page.ts';
import { type Tone, tint } from './style.ts';
import { type Cell, type Column, facts, table } from './table.ts';
import { ago } from './when.ts';
import { onOneLine } from './width.ts';

const states: Readonly<Record<AgentStatus['state'], readonly [string, Tone | undefined]>> = {
  starting: ['⟳', 'busy'],
  priming: ['⟳', 'busy'],
  ready: ['◐', 'good'],
  working: ['●', 'good'],
  'handing-off': ['⟳', 'busy'],
  ended: ['■', 'faint'],
  frozen: ['❄', 'bad'],
  stopped: ['○', 'faint'],
  parked: ['◌', 'faint'],
  'waiting-to-start': ['⟳', 'warn'],
  unknown: ['?', 'warn'],
};

const barWidth = 8;
/** Below it a bead's id would be cut, which has to be typed; the last event is left to wider pages then. */
const roomy = 100;

/** What is in an agent's way, in a word; anything else is told as it is called. */
const obstacles: Readonly<Record<string, readonly [string, Tone]>> = {
  breaker: ['✕ breaker', 'bad'],
  login: ['✕ login', 'bad'],
  auth: ['✕ login', 'bad'],
  budget: ['✕ budget', 'bad'],
  disk: ['✕ disk full', 'bad'],
  reset: ['◌ limited', 'warn'],
  'rate-limit': ['◌ limited', 'warn'],
  'no-service': ['◌ no service', 'warn'],
  waiting: ['? asks', 'warn'],
};

/** An agent's state, with its sign. One that sits there and can't go on is told as that. */
function agentState({ state, blocked, waits }: Pick<AgentStatus, 'state' | 'blocked' | 'waits'>): { text: string; tone: Tone | undefined } {
  const obstacle = waits === undefined ? undefined : obstacles[waits.kind];
  if (obstacle !== undefined && state !== 'frozen') return { text: obstacle[0], tone: obstacle[1] };
  if (state === 'ready' && blocked !== undefined) return { text: '✕ blocked', tone: 'bad' };
  const [mark, tone] = states[state];
  return { text: `${mark} ${state}`, tone };
}

/** Agents as the live table shows them: state, step, context, generation, last event. */
export function agentTable(page: Page, agents: readonly AgentStatus[], none = 'no agents'): string {
  const hasRoom = page.width >= roomy;
  const columns: Column[] = [
    { heading: 'AGENT' },
    { heading: 'STATE' },
    { heading: 'STEP' },
    { heading: 'CONTEXT' },
    { heading: 'GEN', isNumber: true },
    { heading: 'BEAD', isFlexible: true },
    ...(hasRoom ? [{ heading: 'LAST', isFlexible: true }] : []),
  ];
  return table(
    page,
    columns,
    agents.map((one) => [
      one.agent,
      agentState(one),
      stepCell(one),
      contextCell(one),
      one.generation === undefined ? '' : String(one.generation),
      one.bead === undefined ? '' : `${one.bead} ${one.title ?? ''}`,
      ...(hasRoom ? [lastCell(page, one)] : []),
    ]),
    none,
  );
}

/** Everything about one agent. */
export function agentPage(page: Page, one: AgentStatus): string {
  return facts(page, [
    ['agent', one.agent],
    ['state', agentState(one)],
    ['wanted', one.desired],
    [
      'session',
      one.session === undefined ? undefined : `${one.session}, generation ${one.generation ?? '?'}${one.pid === undefined ? '' : `, pid ${one.pid}`}`,
    ],
    ['runtime', one.runtime],
    ['next start', `${one.choice.runtime} (${one.choice.from})`],
    ['hook', one.bead === undefined ? 'nothing' : `${one.bead} ${one.title ?? ''}`],
    ['step', one.step === undefined ? undefined : `step-${one.step.position}: ${one.step.id} (${one.stepsDone ?? 0} of ${one.stepCount ?? 0} done)`],
    ['waits', one.waits?.text],
    ['blocked', one.blocked],
    ['context', meterCell(one)],
    ['spent', one.spent === undefined ? undefined : formatSpending(one.spent)],
    ['progress', ago(page, one.progressAt)],
    ['last event', one.last === undefined ? undefined : lastCell(page, one)],
    ['pane', one.pane],
  ]);
}

/** The town on one page. */
export function townPage(page: Page, status: TownStatus): string {
  const { daemon } = status;
  const since = daemon.startedAt === undefined ? '' : ` for ${formatDuration(page.now - daemon.startedAt)}`;
  const keeper: Cell = daemon.isRunning
    ? { text: `● runs${since}, pid ${daemon.pid ?? '?'}`, tone: 'good' }
    : daemon.isWanted
      ? { text: '✕ should run and does not', tone: 'bad' }
      : { text: '○ stopped', tone: 'faint' };
  const head = facts(page, [
    ['town', status.root],
    ['daemon', keeper],
    [
      'rigs',
      status.rigs.length === 0
        ? 'none yet: `baton rig add NAME REPO`'
        : status.rigs.map(({ name, prefix, state }) => `${name} (${prefix}${state === 'open' ? '' : `, ${state}`})`).join(', '),
    ],
  ]);
  const busy = status.agents.filter(({ state, bead }) => (state !== 'stopped' && state !== 'parked') || bead !== undefined);
  const idle = status.agents.length - busy.length;
  const parts = [
    estopLine(page, status),
    head,
    agentTable(page, busy, 'nobody runs'),
    idle > 0 && busy.length > 0 ? tint(page, 'faint', `and ${idle} stopped without work: \`baton agents\``) : '',
    status.escalations.length === 0 ? '' : `${tint(page, 'bad', '✕ needs somebody')}\n${escalationTable(page, status.escalations)}`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** An emergency stop comes before everything else. */
function estopLine(page: Page, { estop }: TownStatus): string {
  if (estop === undefined) return '';
  return tint(page, 'bad', `✕ STOPPED by ${estop.by} ${ago(page, estop.at)}: ${onOneLine(estop.reason)}; \`baton thaw\` lets it go on`);
}

function stepCell({ step, stepsDone, stepCount }: AgentStatus): string {
  if (stepCount === undefined) return '';
  return step === undefined ? `${stepsDone ?? 0}/${stepCount}` : `${step.position}/${stepCount} ${step.id}`;
}

/** A figure that is estimated says so by a `~`. */
function contextCell({ context }: AgentStatus): Cell {
  if (context === undefined) return '';
  return { text: `${renderBar(context.share, barWidth)} ${context.isMeasured ? '' : '~'}${formatShare(context.share)}`, tone: toneOf(context.share) };
}

function meterCell({ context }: AgentStatus): Cell | undefined {
  return context === undefined ? undefined : { text: `${renderBar(context.share, barWidth)} ${formatMeter(context)}`, tone: toneOf(context.share) };
}

function toneOf(share: number): Tone | undefined {
  return share >= 0.85 ? 'bad' : share >= 0.7 ? 'warn' : undefined;
}

function lastCell(page: Page, { last }: AgentStatus): string {
  return last === undefined ? '' : `${last.type.replaceAll('_', ' ')}, ${ago(page, last.at)}`;
}
