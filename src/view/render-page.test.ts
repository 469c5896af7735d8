import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { columnsOf, hour, minute } from '#base';
import type { MergeRequest } from '#landing/model';
import { makeDrawing } from './draw.ts';
import type { Body, Page, Player, Watched } from './page.ts';
import { readSetup } from './read-setup.ts';
import { renderPage } from './render-page.ts';

const now = 1_800_000_000_000;
const place = { columns: 120, rows: 40, now };
const daemon = { isRunning: true, isWanted: true, pid: 77, startedAt: now, lease: undefined, version: undefined, isOutdated: false, log: '/log' };

const player: Player = { agent: 'app/refinery', role: 'refinery', rig: 'app', generation: '3' };

const merge: MergeRequest = {
  ...{ id: 'mr-1', rig: 'app', bead: 'ap-11111', agent: 'app/polecats/Toast', session: undefined, branch: 'polecat/Toast/ap-11111@mol-1', head: 'abc' },
  ...{ target: 'main', status: 'queued', lander: undefined, landingCommit: undefined, landedCommit: undefined, failure: undefined, attempts: 0 },
  ...{ queuedAt: now - 4 * minute - 1, startedAt: undefined, endedAt: undefined },
};

const polecat: Watched = {
  ...{ agent: 'app/polecats/Toast', role: 'polecat', rig: 'app', desired: 'running', state: 'working', session: 'sess_1', generation: 1, pid: 9 },
  ...{
    runtime: 'runbook',
    choice: { runtime: 'runbook', from: 'default_agent, baton.toml' },
    bead: 'ap-11111',
    title: 'Mend it',
    step: { id: 'test', position: 3 },
    stepsDone: 2,
    blocked: undefined,
    waits: undefined,
    stepCount: 7,
  },
  context: { share: 0.42, tokens: 42, usable: 100, window: 100, isMeasured: true, turns: 1, burnTokensPerTurn: undefined, turnsLeft: undefined },
  ...{ spent: undefined, progressAt: now - 10, pane: 'ap-Toast', last: undefined, startedAt: now - 2 * hour },
};

const escalation: Extract<Body, { kind: 'deacon' }>['escalations'][number] = {
  ...{ id: 'esc-1', severity: 'high', target: 'mayor', incident: null, bead: null, agent: 'app/polecats/Toast', session: null, author: 'daemon' },
  ...{ text: 'cannot\u001B[2J start', createdAt: now - minute, ackedAt: null, ackedBy: null, closedAt: null },
};

function shown(body: Body, who: Partial<Player> = {}, notes = {}): string[] {
  return renderPage({ ...player, ...who }, { kind: 'page', daemon, body }, notes, place).map(({ text }) => text);
}

test('the page says whose it is, that no model runs, and whether the daemon does (view 2)', () => {
  const page = shown({ kind: 'refinery', queue: [], over: [] });
  assert.deepEqual(page.slice(0, 4), [
    'app/refinery · merge queue of app · generation 3',
    'This role is played by Baton in code; no model runs here.',
    'daemon runs, pid 77',
    '',
  ]);
  const down = { isRunning: false, pid: undefined };
  for (const [isWanted, words] of [
    [true, /^The daemon is down, and should not be: .*`baton daemon start`$/],
    [false, /^The daemon was stopped: /],
  ] as const) {
    const body: Body = { kind: 'refinery', queue: [], over: [] };
    assert.match(renderPage(player, { kind: 'page', daemon: { ...daemon, ...down, isWanted }, body }, {}, place)[2]?.text ?? '', words);
  }
});

test('the refinery shows its queue as it lands, and what landed or was refused (view 2)', () => {
  const queue: MergeRequest[] = [
    { ...merge, status: 'landing', startedAt: now, attempts: 2, failure: 'the target moved' },
    { ...merge, bead: 'ap-22222', queuedAt: now },
  ];
  const over: MergeRequest[] = [
    { ...merge, bead: 'ap-33333', status: 'landed', landedCommit: '0123456789abcdef', endedAt: now - hour },
    { ...merge, bead: 'ap-44444', status: 'refused', failure: 'gate 1 failed:\n boom', endedAt: now - 2 * hour },
  ];
  assert.deepEqual(shown({ kind: 'refinery', queue, over }).slice(4), [
    'QUEUE (3)',
    '  landing  ap-11111  app/polecats/Toast  polecat/Toast/ap-11111@mol-1 → main  waits 4m   try 2',
    '  queued   ap-22222  app/polecats/Toast  polecat/Toast/ap-11111@mol-1 → main  waits <1m',
    '  ap-11111 did not land the last time: the target moved',
    '',
    'LAST LANDINGS (2)',
    '  ✓ ap-33333 landed on main 1h ago as 0123456789',
    '  ✗ ap-44444 refused 2h ago gate 1 failed: boom',
  ]);
});

test('the witness shows its polecats: bead, step, context, age and progress (view 2)', () => {
  const stuck: Watched = { ...polecat, agent: 'app/polecats/Nux', state: 'ready', blocked: 'step "test" failed', context: undefined, step: undefined };
  const page = shown({ kind: 'witness', polecats: [polecat, stuck] }, { role: 'witness', agent: 'app/witness' });
  assert.deepEqual(page.slice(4), [
    'POLECATS (2)',
    '  AGENT               STATE    BEAD      STEP      CONTEXT  AGE  PROGRESS',
    '  app/polecats/Toast  working  ap-11111  3/7 test  42 %     2h   <1m',
    '  app/polecats/Nux    ready    ap-11111  7/7 done  -        2h   <1m',
    '  app/polecats/Nux is blocked: step "test" failed',
  ]);
  assert.deepEqual(shown({ kind: 'witness', polecats: [] }).slice(4), ['POLECATS', '  none']);
});

test('the deacon shows agents, orders that are not carried out, and escalations; boot shows the deacon (view 2)', () => {
  const agents: Watched[] = [
    polecat,
    { ...polecat, agent: 'mayor', state: 'waiting-to-start', session: undefined },
    { ...polecat, agent: 'app/crew/max', desired: 'stopped' },
    { ...polecat, agent: 'app/crew/ana', state: 'handing-off' },
    { ...polecat, agent: 'app/crew/bob', desired: 'stopped', state: 'stopped', session: undefined },
  ];
  const text = shown({ kind: 'deacon', agents, escalations: [escalation], landingCount: 1 }, { role: 'deacon', rig: '' });
  assert.match(text[0] ?? '', /· the town · generation/);
  const at = text.indexOf('ORDERS NOT CARRIED OUT YET (4)');
  assert.deepEqual(text.slice(at + 1), [
    ...['  mayor is to start', '  app/crew/max is to stop', '  app/crew/ana is to hand off', '  1 merge request to land', ''],
    ...['ESCALATIONS (1)', '  esc-1  high  for mayor  app/polecats/Toast  1m  cannot [2J start'],
  ]);
  const boot = shown({ kind: 'boot', deacon: { ...polecat, agent: 'deacon' }, escalations: [] }, { role: 'boot' });
  assert.ok(boot.includes('DEACON (1)') && boot.some((line) => line.startsWith('  deacon ')) && boot.at(-1) === '  none');
});

test('a town that cannot be read is told in place of the page (view 5)', () => {
  const away: Page = { kind: 'away', reason: 'there is no store at "/t"' };
  assert.deepEqual(
    renderPage(player, away, { problem: 'p' }, place).map(({ text, tone }) => [text, tone]),
    [
      ['app/refinery · merge queue of app · generation 3', 'strong'],
      ['This role is played by Baton in code; no model runs here.', 'faint'],
      ['The town cannot be read: there is no store at "/t"', 'bad'],
      ['It is looked for again every few seconds.', 'faint'],
      ['p', 'bad'],
    ],
  );
});

test('a page fits its terminal whatever it holds, and what has no room is counted (view 4)', () => {
  const polecats = Array.from({ length: 30 }, (_, at) => ({ ...polecat, agent: `app/polecats/漢字${at}` }));
  const page: Page = { kind: 'page', daemon, body: { kind: 'witness', polecats } };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 130 }), fc.integer({ min: 4, max: 60 }), fc.string({ unit: 'grapheme' }), (columns, rows, hint) => {
      const lines = renderPage(player, page, { problem: 'a problem', hint }, { columns, rows, now });
      assert.ok(lines.length <= rows - 1, `${lines.length} lines in ${rows} rows`);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
      for (const { text } of lines) assert.ok(columnsOf(text) <= Math.max(1, columns - 1) && !/[\u0000-\u001F]/.test(text));
    }),
  );
  const low = renderPage(player, page, {}, { columns: 80, rows: 10, now });
  assert.deepEqual([low.length, low.at(-1)?.text], [9, '… and 28 more lines']);
  const narrow = renderPage(player, page, { hint: 'one two three four five' }, { columns: 21, rows: 40, now }).map(({ text }) => text);
  assert.deepEqual(narrow.slice(0, 6), [
    'app/refinery · merge',
    'queue of app ·',
    'generation 3',
    'This role is played',
    'by Baton in code; no',
    'model runs here.',
  ]);
  assert.deepEqual(narrow.slice(-2), ['one two three four', 'five']);
});

test('a page that looks the same is not drawn, and colours are for terminals that want them (view 3, 4)', () => {
  let written = '';
  const write = (text: string) => {
    written += text;
  };
  const lines = [{ text: 'head', tone: 'strong' }, { text: 'line' }] as const;
  const drawing = makeDrawing({ write, isTerminal: true, isColored: false });
  drawing.draw(lines);
  assert.equal(written, '\u001B[Hhead\u001B[K\nline\u001B[K\n\u001B[J');
  written = '';
  drawing.draw([...lines]);
  assert.equal(written, '');
  drawing.forget();
  drawing.draw(lines);
  assert.ok(written.startsWith('\u001B[Hhead'));
  written = '';
  makeDrawing({ write, isTerminal: true, isColored: true }).draw(lines);
  assert.ok(written.includes('\u001B[1mhead\u001B[0m\u001B[K\nline'));
  written = '';
  makeDrawing({ write, isTerminal: false, isColored: false }).draw(lines);
  assert.equal(written, 'head\nline\n\n');
});

test('outside of a session, and for a role that is not played in code, it refuses to run (view 1)', () => {
  const env = { BATON_TOWN: '/t', BATON_SESSION: 'sess_1', BATON_AGENT: 'app/witness', BATON_ROLE: 'witness', BATON_RIG: 'app' };
  assert.deepEqual(readSetup({ env, cwd: '/' }).player, { agent: 'app/witness', role: 'witness', rig: 'app', generation: '1' });
  assert.throws(() => readSetup({ env: { ...env, BATON_SESSION: '' }, cwd: '/' }), { kind: 'invalid' });
  assert.throws(() => readSetup({ env: { ...env, BATON_ROLE: 'crew' }, cwd: '/' }), /"crew" is not played in code/);
});
