import { columnsOf, plural, shorten } from '#base';
import { formatShare } from '#context/model';
import type { MergeRequest } from '#landing/model';
import type { Body, Watched } from './page.ts';
import { blank, formatAge, type Line } from './render-page.ts';

/** What a role's page is about. */
export function renderBody(body: Body, now: number): Line[] {
  switch (body.kind) {
    case 'refinery':
      return [...renderQueue(body.queue, now), blank, ...renderOver(body.over, now)];
    case 'witness':
      return renderAgents('POLECATS', body.polecats, now);
    case 'deacon': {
      const orders = listOrders(body.agents);
      const waits = body.landingCount === 0 ? [] : [`${plural(body.landingCount, 'merge request')} to land`];
      return [
        ...renderAgents('AGENTS', body.agents, now),
        blank,
        ...section('ORDERS NOT CARRIED OUT YET', [...orders, ...waits]),
        blank,
        ...renderEscalations(body.escalations, now),
      ];
    }
    case 'boot':
      return [...renderAgents('DEACON', body.deacon === undefined ? [] : [body.deacon], now), blank, ...renderEscalations(body.escalations, now)];
  }
}

function renderQueue(queue: readonly MergeRequest[], now: number): Line[] {
  const rows = queue.map(({ status, bead, agent, branch, target, queuedAt, attempts }) => [
    status,
    bead,
    agent,
    `${branch} → ${target}`,
    `waits ${formatAge(queuedAt, now)}`,
    attempts > 1 ? `try ${attempts}` : '',
  ]);
  const failures = queue.flatMap(({ bead, failure }) => (failure === undefined ? [] : [`${bead} did not land the last time: ${shorten(failure, 200)}`]));
  return section('QUEUE', [...table(rows), ...failures]);
}

function renderOver(over: readonly MergeRequest[], now: number): Line[] {
  const lines = over.map((merge): Line => {
    const isLanded = merge.status === 'landed';
    const what = isLanded ? `as ${(merge.landedCommit ?? '').slice(0, 10)}` : shorten(merge.failure ?? '', 200);
    const text = `  ${isLanded ? '✓' : '✗'} ${merge.bead} ${isLanded ? `landed on ${merge.target}` : 'refused'} ${formatAge(merge.endedAt, now)} ago ${what}`;
    return { text, tone: isLanded ? 'good' : 'bad' };
  });
  return [...heading('LAST LANDINGS', over.length), ...(lines.length === 0 ? none : lines)];
}

function renderAgents(name: string, agents: readonly Watched[], now: number): Line[] {
  if (agents.length === 0) return [...heading(name, 0), ...none];
  const rows = agents.map((agent) => [
    agent.agent,
    agent.state,
    agent.bead ?? '-',
    agent.stepCount === undefined ? '-' : `${agent.step?.position ?? agent.stepCount}/${agent.stepCount} ${agent.step?.id ?? 'done'}`,
    agent.context === undefined ? '-' : formatShare(agent.context.share),
    formatAge(agent.startedAt, now),
    formatAge(agent.progressAt, now),
  ]);
  const [head = '', ...lines] = table([['AGENT', 'STATE', 'BEAD', 'STEP', 'CONTEXT', 'AGE', 'PROGRESS'], ...rows]);
  const told = agents.map(
    (agent, at): Line => ({ text: lines[at] ?? '', ...(agent.state === 'unknown' || agent.blocked !== undefined ? { tone: 'bad' } : {}) }),
  );
  const blocked = agents.flatMap((agent): Line[] =>
    agent.blocked === undefined ? [] : [{ text: `  ${agent.agent} is blocked: ${agent.blocked}`, tone: 'bad' }],
  );
  return [...heading(name, agents.length), { text: head, tone: 'faint' }, ...told, ...blocked];
}

/** What is wanted of agents and not so yet. */
function listOrders(agents: readonly Watched[]): string[] {
  return agents.flatMap((agent) => {
    const isLive = agent.session !== undefined;
    if (agent.desired === 'running' && (agent.state === 'waiting-to-start' || agent.state === 'starting' || agent.state === 'priming'))
      return [`${agent.agent} is to start`];
    if (agent.desired !== 'running' && isLive) return [`${agent.agent} is to stop`];
    return agent.state === 'handing-off' ? [`${agent.agent} is to hand off`] : [];
  });
}

function renderEscalations(escalations: Extract<Body, { kind: 'deacon' }>['escalations'], now: number): Line[] {
  const rows = escalations.map(({ id, severity, target, agent, createdAt, text }) => [
    id,
    severity,
    `for ${target}`,
    agent ?? '-',
    formatAge(createdAt, now),
    shorten(text, 200),
  ]);
  const lines = table(rows).map((text, at): Line => ({ text, ...(escalations[at]?.severity === 'medium' ? {} : { tone: 'bad' as const }) }));
  return [...heading('ESCALATIONS', rows.length), ...(lines.length === 0 ? none : lines)];
}

function section(name: string, lines: readonly string[]): Line[] {
  return [...heading(name, lines.length), ...(lines.length === 0 ? none : lines.map((text) => ({ text: text.startsWith('  ') ? text : `  ${text}` })))];
}

function heading(name: string, count: number): Line[] {
  return [{ text: count === 0 ? name : `${name} (${count})`, tone: 'strong' }];
}

const none: readonly Line[] = [{ text: '  none', tone: 'faint' }];

/** Rows with their columns one under the other, indented. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => columnsOf(row[column] ?? ''))));
  return rows.map((row) => `  ${row.map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - columnsOf(cell)))).join('  ')}`.trimEnd());
}
