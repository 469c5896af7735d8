import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HotApp } from '#app';
import type { CurrentWork, Hook } from '#work/model';
import { answerHotLine } from './answer-hot-line.ts';
import { readHotLine } from './read-hot-line.ts';
import { playLine, splitWords } from './testing.ts';

const hook: Hook = { agent: 'app/crew/max', bead: undefined, molecule: undefined, step: undefined, assigned: [] };
const works: CurrentWork[] = [
  { kind: 'none' },
  { kind: 'complete', bead: 'ap-1', molecule: 'mol-1' },
  { kind: 'blocked', bead: 'ap-1', reason: 'waits for a person' },
];
const unread = { count: 0, staleCount: 0, isNewOnly: false, mails: [] };

/** The hot verbs, with answers that are given; signals answer with what they were told. */
function hotApp(current: CurrentWork = { kind: 'none' }): HotApp {
  return {
    hook: async () => hook,
    current: async () => current,
    mail: async () => unread,
    signal: async (signal, stdin) => ({ stdout: `${signal}: ${stdin}`, exitCode: signal === 'stop' ? 2 : 0 }),
    close: async () => {},
  };
}

async function answer(line: string, app = hotApp()) {
  const read = readHotLine(splitWords(line));
  assert.ok(read !== undefined, line);
  return answerHotLine(app, read, () => 'stdin');
}

describe('the hot half', () => {
  it('answers as the whole program does (cli 9)', async () => {
    const app = { hooks: { read: async () => hook }, mail: { check: async () => unread }, agents: { here: async () => ({ address: hook.agent }) } };
    for (const line of ['hook', 'hook --json', 'hook --quiet', 'mail check', 'mail check --json', 'mail check --inject', 'keepalive']) {
      const whole = await playLine(splitWords(line), { app });
      assert.deepEqual(await answer(line), { text: whole.out, exit: whole.exit }, line);
    }
    for (const work of works) {
      for (const line of ['mol current', 'mol current --json', 'mol current --quiet']) {
        const whole = await playLine(splitWords(line), { app: { molecules: { current: async () => work } } });
        assert.deepEqual(await answer(line, hotApp(work)), { text: whole.out, exit: whole.exit }, `${line}: ${work.kind}`);
      }
    }
  });

  it("passes a signal's answer on in the runtime's own form, with its exit code (cli 9)", async () => {
    assert.deepEqual(await answer('signal stop'), { text: 'stop: stdin\n', exit: 2 });
    assert.deepEqual(await answer('prime --hook'), { text: 'start: stdin\n', exit: 0 });
  });
});
