import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { processTerminal } from './terminal.ts';

let dir = '';
before(() => {
  dir = mkdtempSync(join(tmpdir(), 'baton-terminal-'));
});
after(() => rmSync(dir, { recursive: true }));

const node = (script: string) => [process.execPath, '-e', script];

/** A program that says that it is ready by a file, and exits with its own code on either signal. */
const patient = (ready: string) =>
  node(
    `process.on('SIGTERM', () => process.exit(7)); process.on('SIGINT', () => process.exit(8)); setInterval(() => {}, 1000); require('fs').writeFileSync(${JSON.stringify(ready)}, '')`,
  );

async function poll(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!isSo()) {
    assert.ok(Date.now() < deadline, 'it did not come about');
    await sleep(10);
  }
}

describe('a program in the terminal', () => {
  it('ends the line with its own exit code (cli 6)', async () => {
    const terminal = processTerminal({ isShared: false });
    assert.equal(await terminal.run(node('process.exit(3)')), 3);
    assert.equal(await terminal.run(node("process.kill(process.pid, 'SIGKILL')")), 137);
    await assert.rejects(terminal.run(['/no/such/program']), { kind: 'unsupported' });
  });

  it('gets the signals that come to us, and Ctrl-C only where the terminal does not bring it (cli 6)', async () => {
    for (const [signal, isShared, exit] of [
      ['SIGTERM', true, 7],
      ['SIGTERM', false, 7],
      ['SIGINT', false, 8],
    ] as const) {
      const terminal = processTerminal({ isShared });
      const ready = join(dir, `${signal}-${isShared}`);
      assert.equal(terminal.pass(signal), false, 'none has it yet');
      const ended = terminal.run(patient(ready));
      await poll(() => existsSync(ready));
      if (isShared) assert.equal(terminal.pass('SIGINT'), true);
      assert.equal(terminal.pass(signal), true);
      assert.equal(await ended, exit);
      assert.equal(terminal.pass(signal), false);
    }
  });
});
