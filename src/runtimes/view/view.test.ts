import assert from 'node:assert/strict';
import { test } from 'node:test';
import { view } from './index.ts';
import { readLine } from './transcript.ts';

test('the view is started without a prompt, and no line is a transcript of it (runtimes 8)', () => {
  const order = {
    prompt: 'go',
    env: { BATON_ROLE: 'witness' },
    programs: { node: '/n', baton: '/b', signal: '/s', runbook: '/r.cjs', view: '/v.cjs' },
    cwd: '/w',
    conversation: '00000000-0000-4000-8000-000000000001',
    filesFolder: '/f',
    permissions: 'ask',
  } as const;
  assert.deepEqual(view.launch(order), { argv: ['/n', '/v.cjs'], env: { BATON_ROLE: 'witness' }, files: [] });
  assert.equal(readLine('{"type":"user","message":{"content":"x"}}'), undefined);
  assert.equal(view.readScreen, undefined, 'nothing is typed into it');
});
