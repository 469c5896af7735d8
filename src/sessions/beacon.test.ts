import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composePrompt, describeRecipient, formatBeacon } from './beacon.ts';

const at = Date.UTC(2025, 11, 30, 15, 42, 59);
const prompt = { recipient: 'crew max (rig: gastown)', sender: 'self', at, role: 'crew', baton: '/town/.baton/bin/baton', isPrimed: true };
const urge = `Check your hook and mail, then act on the hook if present:
1. \`/town/.baton/bin/baton hook\` - shows hooked work (if any)
2. \`/town/.baton/bin/baton mail inbox\` - check for messages
3. If work is hooked → execute it immediately
4. If nothing hooked → wait for instructions`;

test("the beacon is the seed's line to the letter (sessions 8)", () => {
  assert.equal(
    formatBeacon({ recipient: 'polecat Toast (rig: gastown)', sender: 'mayor', at, topic: 'assigned', molecule: 'mol-abc12' }),
    '[GAS TOWN] polecat Toast (rig: gastown) <- mayor • 2025-12-30T15:42 • assigned:mol-abc12',
  );
  for (const topic of ['assigned', 'patrol', 'ready'])
    assert.equal(
      formatBeacon({ recipient: 'witness (rig: app)', sender: 'deacon', at, topic }),
      `[GAS TOWN] witness (rig: app) <- deacon • 2025-12-30T15:42 • ${topic}`,
    );
});

test('without a topic it says the molecule, else that the agent is ready (sessions 8)', () => {
  const end = (molecule?: string) =>
    formatBeacon({ ...prompt, topic: '', molecule })
      .split(' • ')
      .at(-1);
  assert.deepEqual([end(), end('mol-abc12')], ['ready', 'mol-abc12']);
});

test('handoff, cold-start and attach add what to do, by the absolute path of our command; the others do not (sessions 8)', () => {
  for (const topic of ['handoff', 'cold-start', 'attach'])
    assert.equal(composePrompt({ ...prompt, topic }), `[GAS TOWN] crew max (rig: gastown) <- self • 2025-12-30T15:42 • ${topic}\n${urge}`);
  for (const topic of ['assigned', 'ready', '']) assert.equal(composePrompt({ ...prompt, topic }).split('\n').length, 1, topic);
});

test('a patrol role goes on with its patrol after a handoff (sessions 8)', () => {
  for (const role of ['deacon', 'witness', 'refinery']) {
    const text = composePrompt({ ...prompt, role, topic: 'handoff' });
    assert.match(text, /• patrol\nGo on with your patrol: begin the next round\./);
    assert.doesNotMatch(text, /Check your hook and mail/);
    assert.match(composePrompt({ ...prompt, role, topic: 'cold-start' }), /• cold-start\nCheck your hook/);
  }
  assert.match(composePrompt({ ...prompt, role: 'mayor', topic: 'handoff' }), /• handoff\nCheck your hook/);
});

test('what was ordered to be said comes last, and a program without a start signal is told to prime itself (sessions 8)', () => {
  const lines = composePrompt({ ...prompt, topic: 'ready', isPrimed: false, instructions: 'Look at the roof.\nThen wait.' }).split('\n');
  assert.match(lines[1] ?? '', /^Run `\/town\/\.baton\/bin\/baton prime` first/);
  assert.deepEqual(lines.slice(2), ['Look at the roof.', 'Then wait.']);
});

test('the beacon of a session that goes on with its conversation says so, and urges nothing else (sessions 8)', () => {
  assert.equal(
    composePrompt({ ...prompt, topic: 'handoff', isContinued: true }),
    '[GAS TOWN] crew max (rig: gastown) <- self • 2025-12-30T15:42 • handoff\nContext compacted. Continue your previous task.',
  );
});

test('a recipient is told in prose, never as what could be a folder (sessions 8)', () => {
  const described = [
    { role: 'crew', name: 'max', rig: 'gastown' },
    { role: 'polecat', name: 'Toast', rig: 'gastown' },
    { role: 'witness', name: 'witness', rig: 'app' },
    { role: 'mayor', name: 'mayor', rig: null },
  ].map(describeRecipient);
  assert.deepEqual(described, ['crew max (rig: gastown)', 'polecat Toast (rig: gastown)', 'witness (rig: app)', 'mayor']);
});
