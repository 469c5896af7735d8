import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findProcess, findProcessesByEnvironment, markOf } from '#host';
import { atStep, complete, none, type Playing, playRunbook } from './testing.ts';

test('50 MB of output go into a file, a little of it is seen, and memory does not grow (runbook 5)', async (t) => {
  const run = 'echo HEAD; yes 0123456789abcdef0123456789abcdef | head -c 50000000; echo TAIL';
  const playing = playRunbook(t, { script: { 'mol current': [atStep({ id: 'loud', run }), none] } });
  await playing.waitForCall('signal stop');
  const [log] = readdirSync(playing.folder).filter((name) => name.endsWith('.log'));
  assert.equal(log, 'sess_0badcafe.loud.1.log');
  assert.equal(statSync(join(playing.folder, log)).size, 50_000_010);
  const seen = toolResult(playing);
  assert.ok(Buffer.byteLength(seen) <= 30_000, `${Buffer.byteLength(seen)} bytes seen`);
  assert.ok(seen.startsWith('HEAD\n') && seen.endsWith('TAIL\n') && seen.includes('50000010 bytes in all'));
  const peakKb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${playing.pid}/status`, 'utf8'))?.[1]);
  assert.ok(peakKb < 150_000, `peak ${peakKb} KB`);
});

test('at most a quarter of a small window is seen (runbook 5)', async (t) => {
  const playing = playRunbook(t, { window: 1000, script: { 'mol current': [atStep({ id: 'loud', run: 'seq 100000' }), none] } });
  await playing.waitForCall('signal stop');
  assert.ok(Buffer.byteLength(toolResult(playing)) <= 1000);
});

test('past its time limit a command is ended with all its children, also those that ignore SIGTERM (runbook 3)', async (t) => {
  const run = "echo before; trap '' TERM; (trap '' TERM; echo child; sleep 60) & sleep 60; wait; sleep 60";
  const playing = playRunbook(t, { script: { 'mol current': [atStep({ id: 'hangs', run, timeoutS: 1 }), none] } });
  const call = await playing.waitForCall('mol step fail hangs');
  assert.match(call.argv.join(' '), /still ran after 1s and was ended.*before/s);
  const left = findProcessesByEnvironment({ BATON_TOWN: join(playing.folder, '..', '..') }).map(({ pid }) => findProcess(pid)?.command);
  assert.ok(!left.includes('sleep') && !left.includes('sh'), `left: ${left.join(', ')}`);
});

test('what a command leaves running in the background ends with it (runbook 3)', async (t) => {
  const playing = playRunbook(t, { script: { 'mol current': [atStep({ id: 'leaves', run: 'sleep 60 & echo $! > pid' }), none] } });
  await playing.waitForCall('mol step done leaves');
  assert.equal(markOf(Number(readFileSync(join(playing.worktree, 'pid'), 'utf8'))), undefined);
});

test('a step whose check passes is closed without being run (runbook 2)', async (t) => {
  const playing = playRunbook(t, {
    script: {
      'mol current': [atStep({ id: 'made', check: 'true', run: 'touch ran' }), atStep({ id: 'unmade', check: 'test -e ran', run: 'touch ran' }), none],
    },
  });
  await playing.waitForCall('mol step done unmade');
  const [made] = playing.calls().filter(({ argv }) => argv.join(' ').startsWith('mol step done made'));
  assert.ok(made?.argv.join(' ').includes('its check passed'));
  assert.equal(playing.told().filter((words) => words === 'signal pre-tool').length, 1);
  assert.ok(existsSync(join(playing.worktree, 'ran')));
});

test('a step without a command is escalated once, and neither skipped nor closed (runbook 6)', async (t) => {
  const playing = playRunbook(t, { script: { 'mol current': [atStep({ id: 'think' })] } });
  const escalation = await playing.waitForCall('escalate');
  assert.ok(escalation.argv.at(-1)?.includes('"think"'));
  const about = escalation.argv.slice(1, 7);
  assert.deepEqual(about.slice(0, 5), ['-s', 'medium', '--bead', 'gt-abcde', '--incident']);
  assert.match(about[5] ?? '', /^step "think" of /, 'a later life that asks for the same adds nothing');
  playing.type('\n');
  await playing.waitForCall('mol current', 3);
  const told = playing.told();
  assert.equal(told.filter((words) => words === 'escalate').length, 1);
  assert.ok(!told.some((words) => words.startsWith('mol step')));
});

test('a failing step is failed with its exit code and the end of what it said, escalated once, and not repeated (runbook 6)', async (t) => {
  const step = atStep({ id: 'breaks', run: 'echo run >> runs; echo the reason >&2; exit 3' });
  const playing = playRunbook(t, { script: { 'mol current': [step, { stdout: { kind: 'blocked', reason: 'step breaks failed' } }] } });
  const failure = await playing.waitForCall('mol step fail breaks');
  assert.match(failure.argv.join(' '), /exit 3 .*the reason/s);
  await playing.waitForCall('escalate');
  playing.type('please\n');
  await playing.waitForCall('signal stop', 2);
  assert.equal(playing.told().filter((words) => words === 'escalate').length, 1);
  assert.equal(readFileSync(join(playing.worktree, 'runs'), 'utf8'), 'run\n');
});

test('a failed step that somebody opened again is run again (runbook 6)', async (t) => {
  const step = atStep({ id: 'breaks', run: 'test -e mended || { touch mended; exit 1; }' });
  const playing = playRunbook(t, { script: { 'mol current': [step, { stdout: { kind: 'blocked', reason: 'step breaks failed' } }, step, none] } });
  await playing.waitForText('blocked: step breaks failed');
  playing.type('\n');
  await playing.waitForCall('mol step done breaks');
});

test('a failed step that was opened again before the hook was asked is run again; one whose failure cannot be told is not (runbook 6)', async (t) => {
  const opened = playRunbook(t, { script: { 'mol current': [atStep({ id: 'breaks', run: 'test -e mended || { touch mended; exit 1; }' })] } });
  await opened.waitForCall('mol step done breaks');
  const untold = playRunbook(t, {
    script: { 'mol current': [atStep({ id: 'breaks', run: 'echo run >> runs; exit 1' })], 'mol step fail': [{ exit: 1, stderr: 'a mistake' }] },
  });
  await untold.waitForCall('mol current', 3);
  assert.equal(readFileSync(join(untold.worktree, 'runs'), 'utf8'), 'run\n');
});

test('a denied command is not run; its step fails with the reason (runbook 6)', async (t) => {
  const denial = { hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'deny', permissionDecisionReason: 'ruled out by Max' } };
  const playing = playRunbook(t, { script: { 'signal pre-tool': [{ stdout: denial }], 'mol current': [atStep({ id: 'one', run: 'touch ran' }), none] } });
  const failure = await playing.waitForCall('mol step fail one');
  assert.ok(failure.argv.join(' ').includes('ruled out by Max'));
  assert.ok(!existsSync(join(playing.worktree, 'ran')));
});

test('variables reach a command as they are, and only by its environment (runbook 8)', async (t) => {
  const nasty = `it's "quoted" $(touch pwned) \`touch pwned\`; touch pwned\nsecond line \\ end`;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell that expands it
  const run = 'printf "%s" "$BATON_VAR_BASE_BRANCH" > seen; printf "%s" "${BATON_VAR_STALE-unset}" > stale';
  const playing = playRunbook(t, {
    env: { BATON_VAR_STALE: 'of another molecule' },
    script: { 'mol current': [atStep({ id: 'one', run }, { 'base-branch': nasty }), none] },
  });
  await playing.waitForCall('mol step done one');
  assert.equal(readFileSync(join(playing.worktree, 'seen'), 'utf8'), nasty);
  assert.equal(readFileSync(join(playing.worktree, 'stale'), 'utf8'), 'unset');
  assert.deepEqual(readdirSync(playing.worktree).sort(), ['seen', 'stale']);
  assert.ok(playing.calls().every(({ argv, stdin }) => !argv.join(' ').includes('pwned') && !stdin.includes('pwned')));
});

test('a step that is done and cannot be closed is not run again, and escalated (runbook 6)', async (t) => {
  const playing = playRunbook(t, {
    script: { 'mol current': [atStep({ id: 'one', run: 'echo run >> runs' })], 'mol step done': [{ exit: 1, stderr: 'a mistake' }] },
  });
  const escalation = await playing.waitForCall('escalate');
  assert.ok(escalation.argv.at(-1)?.includes("can't be closed: a mistake"));
  await playing.waitForCall('mol current', 3);
  assert.equal(readFileSync(join(playing.worktree, 'runs'), 'utf8'), 'run\n');
});

test('escape sequences in what a command prints do not reach the terminal (runbook 12)', async (t) => {
  const playing = playRunbook(t, { script: { 'mol current': [atStep({ id: 'one', run: "printf '\\033]0;owned\\007\\033[2Jplain\\n'" }), none] } });
  await playing.waitForCall('signal stop');
  assert.ok(playing.screen().includes('│ plain'));
  assert.ok(!playing.screen().includes('\u001B'));
});

test('what was done but not answered in time is not escalated when asking again is refused (runbook 6)', async (t) => {
  const playing = playRunbook(t, {
    script: {
      done: [
        { exit: 6, stderr: 'it takes long; the order stands' },
        { exit: 3, stderr: 'nothing on the hook' },
      ],
      'mol current': [complete, none],
    },
  });
  await playing.waitForCall('signal stop');
  assert.deepEqual(playing.told().slice(-4), ['done', 'done', 'mol current', 'signal stop']);
});

function toolResult(playing: Playing): string {
  const record = playing.transcript().find(({ type }) => type === 'tool-result') as { message: { content: string } };
  return record.message.content;
}
