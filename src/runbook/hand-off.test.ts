import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { atStep, none, type Playing, playRunbook } from './testing.ts';

test('told at its stop to hand off, it does, with notes, and then waits to be ended (runbook 7)', async (t) => {
  const playing = playRunbook(t, {
    script: {
      'signal stop': [{ stdout: { decision: 'block', reason: 'context 86 %: hand off now with `baton handoff`' } }],
      'mol current': [atStep({ id: 'one', run: 'git init -q -b crew/max .' }), atStep({ id: 'two', run: 'touch two' })],
    },
  });
  const { argv } = await playing.waitForCall('handoff');
  assert.deepEqual(argv.slice(0, 3), ['handoff', '-s', 'gt-abcde: two']);
  const notes = argv[4] ?? '';
  for (const line of [/^Issue: gt-abcde$/m, /^Branch: crew\/max$/m, /^Progress: one done/m, /^Next: step two/m, /^Note: /m]) assert.match(notes, line);
  await playing.waitForText('handed off, waiting to be ended');
  await assertQuiet(playing);
  assert.ok(!existsSync(join(playing.worktree, 'two')));
});

test('told by `mol step done` to hand off, it does so at once (runbook 7)', async (t) => {
  const playing = playRunbook(t, {
    script: { 'mol current': [atStep({ id: 'one', run: 'true' })], 'mol step done': [{ stdout: { isHandoff: true, meter: 'context 90 %' } }] },
  });
  await playing.waitForText('handed off, waiting to be ended');
  assert.deepEqual(playing.told().slice(-3), ['mol step done one', 'mol current', 'handoff']);
});

test('a command that is denied because the context is full is not run: the step stays open, and is handed off (runbook 7)', async (t) => {
  const reason = 'context 99 % of 10k. It is full: you are being handed off now, use no further tool.';
  const denial = { hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'deny', permissionDecisionReason: reason } };
  const playing = playRunbook(t, { script: { 'signal pre-tool': [{ stdout: denial }], 'mol current': [atStep({ id: 'one', run: 'touch ran' })] } });
  const { argv } = await playing.waitForCall('handoff');
  assert.match(argv[4] ?? '', /^Next: step one/m);
  await playing.waitForText('handed off, waiting to be ended');
  assert.ok(!existsSync(join(playing.worktree, 'ran')));
  assert.deepEqual(
    playing.told().filter((call) => /^(mol step|escalate)/.test(call)),
    [],
  );
});

test('a handoff that fails leaves it at work (runbook 7)', async (t) => {
  const playing = playRunbook(t, {
    script: {
      handoff: [{ exit: 1, stderr: 'could not be made durable' }, {}],
      'mol step done': [{ stdout: { isHandoff: true } }],
      'mol current': [atStep({ id: 'one', run: 'true' }), atStep({ id: 'two', run: 'true' })],
    },
  });
  await playing.waitForCall('mol step done two');
  await playing.waitForText('handed off');
});

test('a stop that asks for something else is read, and the work goes on (runbook 7)', async (t) => {
  const playing = playRunbook(t, {
    script: {
      'signal stop': [{ stdout: { decision: 'block', reason: 'you have mail' } }],
      'mol current': [atStep({ id: 'one', run: 'true' }), atStep({ id: 'two', run: 'true' }), none],
    },
  });
  await playing.waitForCall('mol step done two');
  assert.ok(playing.screen().includes('you have mail'));
});

test('replaced by another generation it stops calling and waits to be ended (runbook 9)', async (t) => {
  const playing = playRunbook(t, {
    script: { 'mol current': [atStep({ id: 'one', run: 'true' })], 'mol step done': [{ exit: 4, stderr: 'you were replaced by generation 7; stop' }] },
  });
  await playing.waitForText('waiting to be ended');
  assert.ok(playing.screen().includes('you were replaced by generation 7'));
  assert.equal(playing.told().at(-1), 'mol step done one');
  await assertQuiet(playing);
});

/** Nothing more is called: a wait for what must not come can only be a wait. */
async function assertQuiet(playing: Playing): Promise<void> {
  const before = playing.calls().length;
  playing.type('go on\n');
  await sleep(400);
  assert.equal(playing.calls().length, before);
  assert.equal(playing.child.exitCode, null);
}
