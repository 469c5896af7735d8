import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';

/** The program as it is shipped where the test run has built it, else its source. */
const program = process.env.BATON_TEST_DIST === undefined ? join(import.meta.dirname, 'hot.ts') : join(process.env.BATON_TEST_DIST, 'baton.cjs');

let dir = '';
let env: Record<string, string> = {};
before(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'baton-process-')));
  env = { HOME: dir, PATH: process.env.PATH ?? '', BATON_TOWN: join(dir, 'town') };
  execFileSync(process.execPath, [program, 'init', join(dir, 'town')], { env });
});
after(() => rmSync(dir, { recursive: true, force: true }));

function run(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** A line that goes on, and its first output. */
async function begin(...words: string[]): Promise<{ child: ChildProcess; ended: Promise<number | null>; stderr: Promise<string> }> {
  const child = spawn(process.execPath, [program, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const stderr = text(child.stderr);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return { child, ended, stderr };
}

describe('the process', () => {
  it('exits with the code of its answer or fault (cli 6)', () => {
    assert.deepEqual(run('rig', 'list', '--quiet'), { status: 0, stdout: '', stderr: '' });
    assert.equal(run('bead', 'show', 'hq-none').status, 3);
    assert.equal(run('bead', 'shwo').status, 2);
    assert.match(run('--version').stdout, /^baton \d+\.\d+\.\d+/);
  });

  it('ends silently when its reader has gone (cli 6)', () => {
    for (const reader of ['true', 'head -n 1 >/dev/null']) {
      const line = `"$1" "$2" docs commands | ${reader}; printf '%s' "\${PIPESTATUS[0]}"`;
      const { stdout, stderr } = spawnSync('bash', ['-c', line, 'bash', process.execPath, program], { env, encoding: 'utf8' });
      assert.deepEqual([stdout, stderr], ['0', ''], reader);
    }
  });

  it('that follows ends when its reader has gone (cli 6)', async () => {
    run('bead', 'create', 'First');
    const { child, ended, stderr } = await begin('events', '--follow');
    child.stdout?.destroy();
    run('bead', 'create', 'Second');
    assert.deepEqual([await ended, await stderr], [0, '']);
  });

  it('ends with 130 on Ctrl-C and with 143 on SIGTERM, in order (cli 6)', async () => {
    run('bead', 'create', 'First');
    for (const [signal, exit] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const { child, ended, stderr } = await begin('events', '--follow');
      child.kill(signal);
      assert.deepEqual([await ended, await stderr], [exit, ''], signal);
    }
  });

  it('reads stdin where it is asked to (cli 5)', () => {
    const { stdout: bead } = run('bead', 'create', 'With a note', '--quiet');
    const noted = spawnSync(process.execPath, [program, 'bead', 'note', bead.trim(), '--stdin'], { env, input: 'from a pipe', encoding: 'utf8' });
    assert.deepEqual([noted.status, noted.stderr], [0, '']);
    assert.match(run('bead', 'show', bead.trim()).stdout, /from a pipe/);
  });

  it('answers a hot line outside a session as any other line (cli 9)', () => {
    assert.match(run('hook').stdout, /^Nothing hangs on the hook of overseer/);
    assert.deepEqual(run('mail', 'check', '--inject'), { status: 0, stdout: '', stderr: '' });
    assert.equal(run('signal', 'stop').status, 3);
  });
});
