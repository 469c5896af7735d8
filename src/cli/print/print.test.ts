import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JournalEvent } from '#store/model';
import { feedLine, isProblem } from './event.ts';
import { describeEvidence } from './event-words.ts';
import { logLine } from './log-line.ts';
import type { Page } from './page.ts';
import { facts, table } from './table.ts';
import { ago } from './when.ts';
import { cutToWidth, displayWidth, onOneLine, plain } from './width.ts';

const page: Page = { width: 60, isColour: false, now: 1_767_225_600_000 };

describe('the width of a text', () => {
  it('counts wide characters twice, and combining ones and colours not at all (cli 8)', () => {
    const widths: [string, number][] = [
      ['abc', 3],
      ['日本', 4],
      ['한국어', 6],
      ['e\u0301', 1],
      ['\u001B[31mred\u001B[39m', 3],
      ['🚀', 2],
      ['👩‍💻', 2],
      ['👍🏽', 2],
      ['☂️', 2],
      ['🇩🇪', 2],
      ['● ◐ ○ ✕ ⟳ ■ ?', 13],
      ['…', 1],
      ['Ａ', 2],
    ];
    for (const [text, width] of widths) assert.equal(displayWidth(text), width, text);
  });

  it('cuts at a column, never through a character (cli 8)', () => {
    assert.equal(cutToWidth('日本語テキスト', 7), '日本語…');
    assert.equal(cutToWidth('日本語テキスト', 8), '日本語…');
    assert.equal(cutToWidth('one two', 4), 'one…');
    assert.equal(cutToWidth('one', 3), 'one');
    assert.equal(cutToWidth('x', 0), '');
  });

  it('lets nothing through that moves the cursor, colours or turns the text round (cli 8)', () => {
    assert.equal(plain('a\u001B[2Jb\u0007c\rd\u202Ee\tf\ng'), 'abcde\tf\ng');
    assert.equal(onOneLine(' a\n\n b\tc '), 'a b c');
    assert.equal(plain('\u001B]0;title\u0007x'), 'x');
  });
});

describe('a table', () => {
  const columns = [{ heading: 'ID' }, { heading: 'TITLE', isFlexible: true }, { heading: 'N', isNumber: true }];

  it('aligns its columns, also with wide characters (cli 8)', () => {
    const text = table(
      page,
      columns,
      [
        ['ap-1', '日本', '7'],
        ['ap-22', 'e\u0301t\u00e9', '12'],
      ],
      'nothing',
    );
    assert.equal(text, ['ID     TITLE   N', 'ap-1   日本    7', 'ap-22  e\u0301t\u00e9    12'].join('\n'));
  });

  it('cuts the flexible column, so that each line fits the page (cli 8)', () => {
    const text = table(page, columns, [['ap-1', '長い題名'.repeat(20), '7']], 'nothing');
    for (const line of text.split('\n')) assert.ok(displayWidth(line) <= 60, line);
    assert.match(text, /長…\s+7$/);
  });

  it('takes a page below 60 columns for one of 60 (cli 8)', () => {
    const rows = [['ap-1', 'x'.repeat(200), '7']];
    assert.equal(table({ ...page, width: 20 }, columns, rows, ''), table(page, columns, rows, ''));
  });

  it('shows colours only where the page has them, and aligns with them (cli 8)', () => {
    const rows = [[{ text: 'ap-1', tone: 'bad' as const }, 'x', '7']];
    const coloured = table({ ...page, isColour: true }, columns, rows, '');
    assert.ok(coloured.includes('\u001B[31map-1\u001B[39m  x'));
    assert.ok(!table(page, columns, rows, '').includes('\u001B'));
    assert.equal(plain(coloured), table(page, columns, rows, ''));
  });

  it('says in words that there is nothing (cli 8)', () => {
    assert.equal(table(page, columns, [], 'no beads'), 'no beads');
  });

  it('leaves out facts that are not there (cli 8)', () => {
    assert.equal(
      facts(page, [
        ['name', 'app'],
        ['none', undefined],
        ['empty', ''],
        ['long name', 'x\ny'],
      ]),
      'name       app\nlong name  x y',
    );
  });
});

describe('a moment', () => {
  it('is told in its largest unit (cli 8)', () => {
    const told = [0, 999, 1000, 61_000, 3 * 3_600_000 + 5, 49 * 3_600_000].map((passed) => ago(page, page.now - passed));
    assert.deepEqual(told, ['just now', 'just now', '1s ago', '1m ago', '3h ago', '2d ago']);
    assert.equal(ago(page, null), '');
  });
});

describe('an event in the feed', () => {
  const wide: Page = { ...page, width: 200 };
  const event = (type: string, payload: JournalEvent['payload'] = {}, about: Partial<JournalEvent> = {}): JournalEvent => ({
    ...{ seq: 1, at: page.now, type, actor: 'daemon', session: null, agent: 'app/crew/max', rig: null, bead: null, payload },
    ...about,
  });
  const told = (type: string, payload?: JournalEvent['payload'], about?: Partial<JournalEvent>) =>
    feedLine(wide, event(type, payload, about)).slice('00:00:00  '.length);

  it('is a line with what tells most of it, by its type (cli 14)', () => {
    assert.equal(told('session_start', { session: 'sess_1', pid: 42, isAdopted: false }), '● app/crew/max  session start  pid 42');
    assert.equal(told('session_end', { generation: 3, reason: 'handoff' }), '● app/crew/max  session end  generation 3 · handoff');
    const evidence = { class: 'crash', exitCode: 1, signal: null };
    assert.equal(
      told('session_death', { generation: 3, reason: 'crashed', evidence }),
      '✕ app/crew/max  session death  generation 3 · crashed · crash · exit code 1',
    );
    assert.equal(
      told('handoff', { subject: 'half\nway', reason: 'context 86 %' }, { bead: 'ap-1' }),
      '● app/crew/max  handoff  ap-1 · half way · context 86 %',
    );
    assert.equal(told('handoff_delivered', { session: 'sess_2' }), '● app/crew/max  handoff delivered  to sess_2');
    assert.equal(told('nudge', { reason: 'idle', text: 'go on' }), '● app/crew/max  nudge  idle · go on');
    assert.equal(told('agent_wanted', { desired: 'parked', before: 'running' }), '● app/crew/max  agent wanted  parked · was running');
    assert.equal(told('estop', { reason: 'a fire' }, { agent: null, actor: 'overseer' }), '✕ overseer  estop  a fire');
    assert.equal(told('thaw', {}, { agent: null, actor: 'overseer' }), '■ overseer  thaw');
    assert.equal(told('breaker_opened', { session: 'sess_3', class: 'crash' }), '✕ app/crew/max  breaker opened  last sess_3 · crash');
    const dead = { count: 2, windowMs: 30_000, cause: 'disk', detail: 'no space left', agents: ['mayor', 'deacon'], sessions: ['a', 'b'] };
    assert.equal(told('mass_death', dead, { agent: null }), '✕ daemon  mass death  2 sessions · within 30s · disk · no space left · mayor, deacon');
    assert.equal(told('krc_pruned', { count: 12, types: {}, upTo: 90 }, { agent: null }), '● daemon  krc pruned  12 events · up to 90');
    assert.equal(told('step_done', { position: 2, total: 7, step: 'test', note: null }), '■ app/crew/max  step done  2/7 test');
    assert.equal(told('context_told', { share: 0.86 }), '● app/crew/max  context told  86 % of the usable window');
  });

  it('is evidence in words, without the last screen and what is not known (cli 14)', () => {
    const evidence = {
      kind: 'restart',
      exitCode: 1,
      waitMs: 90_000,
      death: { class: 'crash', signal: null },
      isProbe: true,
      agents: ['a', 'b'],
      screen: 'x\ny',
    };
    assert.equal(describeEvidence(evidence), 'kind restart · exit code 1 · wait 1m 30s · class crash · is probe yes · agents a, b');
    assert.equal(describeEvidence({}), '');
  });

  it('of a type that nobody described is told by what its payload names (cli 14)', () => {
    assert.equal(told('thing_done', { name: 'n', reason: 'r' }), '● app/crew/max  thing done  r');
    assert.equal(told('thing_done', { count: 3 }), '● app/crew/max  thing done');
    assert.equal(told('session_end', {}), '● app/crew/max  session end');
  });

  it('is a problem where somebody should look (cli 14)', () => {
    const types = ['session_death', 'mass_death', 'merge_failed', 'start_failed', 'step_failed', 'landing_refused', 'handoff_lost', 'bead_blocked', 'estop'];
    for (const type of [...types, 'escalation_sent', 'breaker_opened', 'mass_death_suspected']) assert.ok(isProblem(event(type)), type);
    for (const type of ['session_start', 'session_end', 'handoff', 'breaker_closed', 'thaw', 'nudge', 'krc_pruned']) assert.ok(!isProblem(event(type)), type);
    assert.ok(isProblem(event('session_end', { reason: 'host-restart' })));
  });
});

describe('a line of the log', () => {
  const ts = new Date(page.now - 60_000).toISOString();

  it('tells when, how grave, what and what else it has; a stack goes on below it (cli 5)', () => {
    const told = logLine(page, { ts, level: 'error', message: 'plan: it broke\n    at plan.ts:1\n', duty: 'plan', tries: 3 });
    assert.match(told, /^(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d {2}error {2}plan: it broke {2}duty=plan {2}tries=3\n {6}at plan\.ts:1$/);
    assert.match(logLine(page, { ts, level: 'info', message: 'daemon started' }), / {2}info {3}daemon started$/);
  });

  it('that is no record of the daemon stands as it is, and moves no cursor (cli 8)', () => {
    assert.equal(logLine(page, { message: '\u001B[2J  Segmentation fault' }), '  Segmentation fault');
    assert.equal(logLine(page, { message: '' }), '');
    assert.equal(logLine(page, { ts: 'yesterday', message: { a: 1 } }), 'yesterday  {"a":1}');
  });

  it('has colours only where the page shows them (cli 8)', () => {
    const line = { ts, level: 'error', message: 'it broke', duty: 'plan' };
    assert.ok(!logLine(page, line).includes('\u001B'));
    assert.ok(logLine({ ...page, isColour: true }, line).includes('\u001B[31merror\u001B[39m'));
  });
});
