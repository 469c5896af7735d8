import assert from 'node:assert/strict';
import { test } from 'node:test';
import { playLine } from '../testing.ts';

test('a sling tells that its agent works, or how work reaches a running program that reports nothing (cli 11)', async () => {
  const slung = { bead: 'ap-1', agent: 'app/crew/max', molecule: 'mol-1', formula: 'work', session: 'sess_1', isNewPolecat: false, seq: 1 };
  const told = async (more: object) => (await playLine(['sling', 'ap-1', 'max'], { app: { assignments: { sling: async () => ({ ...slung, ...more }) } } })).out;
  assert.equal(await told({}), 'app/crew/max works on ap-1 by work (mol-1, sess_1)\n');
  const hangs = 'app/crew/max has on its hook ap-1 by work (mol-1, sess_1)\n  its program reports nothing: ';
  assert.equal(await told({ reaches: 'typed' }), `${hangs}it is pasted into its prompt once that is empty\n`);
  assert.equal(await told({ reaches: 'asked' }), `${hangs}nothing is typed into it, and it finds the work when it asks (\`baton hook\`)\n`);
});
