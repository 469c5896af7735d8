import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { markOf } from '#host';
import { eventually } from '#host/testing';
import { atStep, complete, none, playRunbook } from './testing.ts';

const stepDone = { stdout: { kind: 'next', isHandoff: false, meter: 'context 3 % of 200k (6k tokens)' } };

test('a bead is carried through its steps in the order of calls that every runtime makes (runbook 1)', async (t) => {
  const playing = playRunbook(t, {
    prompt: '[GAS TOWN] polecat Toast <- self • 2026-11-21T09:30 • assigned',
    script: {
      'signal start': [{ stdout: 'You are app/polecats/Toast. Work on gt-abcde.' }],
      'mol current': [atStep({ id: 'one', run: 'echo first > one.txt' }), atStep({ id: 'two', position: 2, run: 'echo second' }), complete, none],
      'mol step done': [stepDone],
    },
  });
  await playing.waitForCall('mol current', 4);
  assert.deepEqual(playing.told(), [
    ...['signal start', 'mol current'],
    ...['signal prompt', 'signal pre-tool', 'signal post-tool', 'mol step done one', 'signal stop', 'mol current'],
    ...['signal prompt', 'signal pre-tool', 'signal post-tool', 'mol step done two', 'signal stop', 'mol current'],
    ...['signal prompt', 'done', 'signal stop', 'mol current'],
  ]);
  assert.equal(readFileSync(join(playing.worktree, 'one.txt'), 'utf8'), 'first\n');
  const screen = playing.screen();
  for (const part of ['You are app/polecats/Toast', 'step 1/2 · one: Do one', '$ echo second', '│ second', 'context 3 % of 200k', 'gt-abcde handed in'])
    assert.ok(screen.includes(part), `${part} in ${screen}`);
  assert.ok(!screen.includes('\u001B'), 'no colour without a terminal');
});

test('signals tell conversation, transcript, folder and tool in the shape of Claude Code (runtimes 3)', async (t) => {
  const playing = playRunbook(t, { script: { 'mol current': [atStep({ id: 'one', run: 'true' }), none] } });
  await playing.waitForCall('signal stop');
  const told = new Map(
    playing
      .calls()
      .filter(({ argv }) => argv[0] === 'signal')
      .map(({ argv, stdin }) => [argv[1], JSON.parse(stdin) as Record<string, unknown>]),
  );
  const start = told.get('start');
  assert.equal(start?.source, 'startup');
  assert.equal(start?.cwd, playing.worktree);
  assert.equal(start?.transcript_path, join(playing.folder, 'sess_0badcafe.jsonl'));
  assert.ok(told.get('prompt')?.prompt);
  assert.deepEqual(told.get('pre-tool')?.tool_input, { command: 'true' });
  for (const each of told.values()) assert.equal(each.session_id, start?.session_id);
});

test('the transcript holds what was seen, and one usage per turn that counts all of it (runbook 4)', async (t) => {
  const playing = playRunbook(t, {
    script: {
      'signal start': [{ stdout: 'x'.repeat(4000) }],
      'mol current': [atStep({ id: 'one', run: 'printf %0800d 7' }), atStep({ id: 'two', run: 'printf %0400d 7' }), none],
      'mol step done': [stepDone],
    },
  });
  await playing.waitForCall('mol current', 3);
  const records = playing.transcript() as { type: string; message: { content: string }; usage?: { input_tokens: number; output_tokens: number } }[];
  assert.deepEqual(
    records.slice(0, 5).map((record) => record.type),
    ['system', 'user', 'tool-call', 'tool-result', 'assistant'],
  );
  let seen = 0;
  const turns = [];
  for (const record of records) {
    seen += Math.ceil(Buffer.byteLength(record.message.content) / 4);
    if (record.usage !== undefined) turns.push({ told: record.usage.input_tokens + record.usage.output_tokens, seen });
  }
  assert.equal(turns.length, 2);
  for (const { told, seen: all } of turns) assert.equal(told, all);
});

test('while Baton is unavailable it says so and asks again (runbook 9)', async (t) => {
  const playing = playRunbook(t, { script: { 'mol current': [{ exit: 5, stderr: 'the store is locked' }, atStep({ id: 'one', run: 'true' }), none] } });
  await playing.waitForCall('mol step done one');
  assert.match(playing.screen(), /baton mol current --json: the store is locked; trying again in \d+ s/);
});

test('SIGINT ends the command and leaves its step open; Enter runs it again (runbook 10)', async (t) => {
  const playing = playRunbook(t, {
    script: {
      'mol current': [
        atStep({ id: 'long', run: 'test -e once && exit 0; touch once; sleep 60' }),
        atStep({ id: 'long', run: 'test -e once && exit 0; touch once; sleep 60' }),
        none,
      ],
    },
  });
  await eventually(() => existsSync(join(playing.worktree, 'once')), 'the command to run');
  playing.child.kill('SIGINT');
  await playing.waitForText('the step stays open');
  await playing.waitForCall('signal stop');
  assert.ok(!playing.told().some((words) => words.startsWith('mol step')));
  playing.type('\n');
  await playing.waitForCall('mol step done long');
});

test('SIGTERM while a command runs ends the command first, then the program (runbook 10)', async (t) => {
  const playing = playRunbook(t, { script: { 'mol current': [atStep({ id: 'long', run: 'echo $$ > pid; sleep 60' })] } });
  const pid = await eventually(
    () => existsSync(join(playing.worktree, 'pid')) && readFileSync(join(playing.worktree, 'pid'), 'utf8').trim(),
    'the command to run',
  );
  playing.child.kill('SIGTERM');
  assert.equal(await playing.exited, 143);
  assert.equal(markOf(Number(pid)), undefined);
  assert.equal(playing.told().at(-1), 'signal pre-tool');
});

test('at its prompt SIGINT ends the program at once, with exit 0 (runbook 10)', async (t) => {
  const playing = playRunbook(t, { script: { 'mol current': [none] } });
  await playing.waitForText('nothing on the hook');
  playing.child.kill('SIGINT');
  assert.equal(await playing.exited, 0);
});

test('a typed line is a prompt: it begins a turn also when there is nothing to do (runbook 11)', async (t) => {
  const playing = playRunbook(t, { script: { 'mol current': [none] } });
  await playing.waitForText('nothing on the hook');
  assert.ok(!playing.told().includes('signal prompt'));
  playing.type('check your hook\nand mail\n');
  const call = await playing.waitForCall('signal prompt');
  assert.equal((JSON.parse(call.stdin) as { prompt: string }).prompt, 'check your hook\nand mail');
  await playing.waitForCall('signal stop');
});

test('an idle agent asks rarely: a handful of calls in its first seconds (runbook 11)', async (t) => {
  const playing = playRunbook(t, { script: { 'mol current': [none] } });
  await playing.waitForCall('mol current', 2);
  assert.ok(playing.calls().length <= 4);
});

test('outside of a session it says so and ends with exit 2 (runbook 1)', async (t) => {
  const playing = playRunbook(t, { script: {}, env: { BATON_SESSION: '' } });
  assert.equal(await playing.exited, 2);
  assert.ok(playing.screen().includes('outside of a session'));
});

test('told to, it goes on with a conversation in its transcript, all of it counted as seen, and says so (runbook 14)', async (t) => {
  const script = { 'mol current': [atStep({ id: 'one', run: 'printf %0400d 7' }), none], 'mol step done': [stepDone] };
  const resumed = playRunbook(t, {
    script,
    env: { BATON_RUNBOOK_RESUME: 'c0ffee' },
    before: (folder) => {
      mkdirSync(folder, { recursive: true });
      const record = { type: 'system', uuid: 'u', at: 1, session_id: 'c0ffee', message: { role: 'system', content: 'x'.repeat(4000) } };
      appendFileSync(join(folder, 'sess_0000aaaa.jsonl'), `${JSON.stringify(record)}\n{"type":"tool-`);
      appendFileSync(join(folder, 'sess_0000bbbb.jsonl'), `${JSON.stringify({ ...record, session_id: 'other' })}\n`);
    },
  });
  const start = JSON.parse((await resumed.waitForCall('signal start')).stdin) as Record<string, unknown>;
  const path = join(resumed.folder, 'sess_0000aaaa.jsonl');
  assert.deepEqual([start.source, start.session_id, start.transcript_path], ['resume', 'c0ffee', path]);
  await resumed.waitForCall('signal stop');
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  assert.equal(lines[1], '{"type":"tool-', 'what was torn spoils nothing after it');
  const last = JSON.parse(lines.at(-1) ?? '') as { session_id: string; usage: { input_tokens: number } };
  assert.equal(last.session_id, 'c0ffee');
  assert.ok(last.usage.input_tokens >= 1100, `${last.usage.input_tokens}`);
  assert.equal(existsSync(join(resumed.folder, 'sess_0badcafe.jsonl')), false);

  const fresh = playRunbook(t, { script, env: { BATON_RUNBOOK_RESUME: 'gone' } });
  const told = JSON.parse((await fresh.waitForCall('signal start')).stdin) as Record<string, unknown>;
  assert.deepEqual([told.source, told.transcript_path], ['startup', join(fresh.folder, 'sess_0badcafe.jsonl')]);
});
