import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Breach, Examination } from '#app';
import { formatDuration, plural } from '#base';
import { townPage } from '../print/agent.ts';
import { logLine } from '../print/log-line.ts';
import type { Page } from '../print/page.ts';
import { type Cell, facts, table } from '../print/table.ts';
import { answers, streams } from '../run.ts';
import { startedLine, stoppedLine } from './starting.ts';

/** How often a live view is drawn. */
const drawMs = 1000;
const clearScreen = '\u001B[H\u001B[2J';

/** `baton up` */
export const up = answers({
  ask: (app, { detach }: { detach: boolean }) => app.town.up({ isDetached: detach }),
  print: ({ daemon, pid, agents, ordered, failed }) =>
    [daemonLine({ kind: daemon, pid }), ...agents.map(startedLine), ...ordered.map((agent) => `⟳ ordered: ${agent}`), ...failed.map(startedLine)].join('\n'),
  ids: ({ agents }) => agents.map(({ session }) => session),
  exit: ({ failed }) => (failed.length > 0 ? 1 : 0),
});

/** `baton down` */
export const down = answers({
  ask: (app, { now }: { now: boolean }, io) => app.town.down({ isAtOnce: now, tell: io.tell }),
  print: ({ agents, daemon }) => [...agents.map(stoppedLine), daemon === 'stopped' ? '○ the daemon has stopped' : '○ the daemon did not run'].join('\n'),
  ids: ({ agents }) => agents.map(({ agent }) => agent),
});

/** `baton status`: one look, or with `--watch` a page drawn anew every second. */
export const status = streams({
  follow: async function* (app, { watch, verify }: { watch: boolean; verify: boolean }, io) {
    const look = async () => ({ ...(await app.town.status()), ...(verify ? { breaches: await app.town.audit() } : {}) });
    yield await look();
    while (watch && !io.signal.aborted) {
      await sleep(drawMs, undefined, { signal: io.signal }).catch(() => {});
      yield await look();
    }
  },
  print: (now, page, { input, io }) => `${input.watch && io.isLive ? clearScreen : ''}${townPage(page, now)}${breachLines(now.breaches)}`,
  exit: ({ breaches = [] }) => (breaches.length > 0 ? 1 : 0),
});

function breachLines(breaches: readonly Breach[] | undefined): string {
  if (breaches === undefined) return '';
  if (breaches.length === 0) return '\n\n■ verified: panes, processes, worktrees, steps and landings are as the record says';
  return `\n\n${breaches.map(({ promise, detail }) => `✕ ${promise}: ${detail}`).join('\n')}`;
}

/** `baton doctor` */
export const doctor = answers({
  ask: (app, request: { fix: boolean }) => app.town.examine(request),
  print: (examination, page) => examinationPage(page, examination),
  exit: ({ isHealthy }) => (isHealthy ? 0 : 1),
});

function examinationPage(page: Page, { findings, isHealthy }: Examination): string {
  const marks = { good: ['■ good', 'good'], warning: ['◐ look', 'warn'], bad: ['✕ bad', 'bad'] } as const;
  const cell = (finding: Examination['findings'][number]): Cell =>
    finding.isMended ? { text: '■ mended', tone: 'good' } : { text: marks[finding.state][0], tone: marks[finding.state][1] };
  const rows = table(
    page,
    [{ heading: 'CHECK' }, { heading: 'STATE' }, { heading: 'FOUND', isFlexible: true }],
    findings.map((finding) => [finding.check, cell(finding), finding.detail]),
    'nothing to check',
  );
  const hints = findings.filter(({ hint, isMended }) => hint !== undefined && !isMended).map(({ check, hint }) => `  ${check}: ${hint ?? ''}`);
  return [
    rows,
    ...(hints.length === 0 ? [] : ['What to do:', ...hints]),
    isHealthy ? 'All is well.' : `${plural(findings.filter(({ state, isMended }) => state === 'bad' && !isMended).length, 'thing')} to mend.`,
  ].join('\n');
}

/** `baton logs` */
export const logs = streams({
  follow: (app, { follow, lines = 50 }: { follow: boolean; lines?: number }, io) => app.logs.read({ lines, isFollowing: follow }, io.signal),
  print: (line, page) => logLine(page, line),
});

/** `baton daemon start` */
export const startDaemon = answers({
  ask: (app) => app.daemon.start(),
  print: daemonLine,
  ids: ({ pid }) => [String(pid)],
});

/** `baton daemon restart` */
export const restartDaemon = answers({
  ask: (app) => app.daemon.restart(),
  print: daemonLine,
  ids: ({ pid }) => [String(pid)],
});

function daemonLine({ kind, pid }: { kind: 'started' | 'already' | 'replaced'; pid: number }): string {
  const what = { started: 'runs now', already: 'runs already', replaced: 'has taken the place of another; sessions live on' }[kind];
  return `● the daemon ${what}, pid ${pid}`;
}

/** `baton daemon stop` */
export const stopDaemon = answers({
  ask: (app) => app.daemon.stop(),
  print: ({ kind }) => (kind === 'stopped' ? '○ the daemon has stopped; sessions live on' : '○ the daemon did not run'),
});

/** `baton daemon status` */
export const daemonStatus = answers({
  ask: (app) => app.daemon.status(),
  print: ({ isRunning, isWanted, pid, startedAt, version, isOutdated, lease, log }, page) =>
    facts(page, [
      ['daemon', isRunning ? { text: '● runs', tone: 'good' } : isWanted ? { text: '✕ should run and does not', tone: 'bad' } : '○ stopped'],
      ['pid', pid === undefined ? undefined : String(pid)],
      ['version', version === undefined ? undefined : `${version}${isOutdated ? ' (another program is here: `baton daemon start` takes it)' : ''}`],
      ['for', startedAt === undefined ? undefined : formatDuration(page.now - startedAt)],
      ['lease', lease === undefined ? undefined : `${lease.holder}, number ${lease.fence}`],
      ['log', log],
    ]),
  ids: ({ pid }) => (pid === undefined ? [] : [String(pid)]),
});

/** `baton daemon run`: the daemon is a program of its own. */
export const runDaemon = answers({
  ask: async (app, { ifWanted }: { ifWanted: boolean }, io) => {
    if (ifWanted && !(await app.daemon.status()).isWanted) {
      io.tell('the daemon was stopped on purpose: `baton daemon start` starts it');
      return { exitCode: 0 };
    }
    const { node, dir } = app.outside.programs();
    return { exitCode: await io.runInTerminal([node, join(dir, 'daemon.cjs'), app.town.root]) };
  },
  print: () => '',
  exit: ({ exitCode }) => exitCode,
});

/** `baton tmux` */
export const tmux = answers({
  ask: async (app, { args }: { args: readonly string[] }, io) => ({ exitCode: await io.runInTerminal(app.tmux.argv(args)) }),
  print: () => '',
  exit: ({ exitCode }) => exitCode,
});
