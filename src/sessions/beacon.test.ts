import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeRecipient, formatBeacon } from './beacon.ts';

const at = Date.UTC(2025, 11, 30, 15, 42, 59);

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

test('handoff, cold-start and attach add what to do (sessions 8)', () => {
  for (const topic of ['handoff', 'cold-start', 'attach'])
    assert.equal(
      formatBeacon({ recipient: 'crew max (rig: gastown)', sender: 'self', at, topic }),
      `[GAS TOWN] crew max (rig: gastown) <- self • 2025-12-30T15:42 • ${topic}\nCheck your hook and mail, then act on the hook if present.`,
    );
});

test('the beacon of a session that goes on with its conversation says so, and urges nothing else (sessions 8)', () => {
  assert.equal(
    formatBeacon({ recipient: 'mayor', sender: 'self', at, topic: 'handoff', isContinued: true }),
    '[GAS TOWN] mayor <- self • 2025-12-30T15:42 • handoff\nContext compacted. Continue your previous task.',
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
