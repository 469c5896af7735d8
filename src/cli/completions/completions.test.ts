import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { catalogue } from '../declarations/index.ts';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

let dir = '';
before(() => {
  dir = mkdtempSync(join(tmpdir(), 'baton-completion-'));
  writeFileSync(join(dir, 'baton.bash'), bashCompletion(catalogue));
  writeFileSync(join(dir, '_baton'), zshCompletion(catalogue));
  writeFileSync(join(dir, 'baton.fish'), fishCompletion(catalogue));
});
after(() => rmSync(dir, { recursive: true }));

/** What bash offers for a line that ends where the cursor is; `baton` itself is played by a function. */
function offeredByBash(...words: string[]): string[] {
  const script = `
    baton() { [[ "$*" == 'rig list --quiet' ]] && printf 'app\\nbackend\\n'; [[ "$*" == 'bead list --quiet' ]] && printf 'ap-1x9kz\\nap-2y8jw\\n'; }
    source "$1"; shift
    COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 ))
    _baton; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['--norc', '-c', script, 'bash', join(dir, 'baton.bash'), 'baton', ...words], { encoding: 'utf8' })
    .split('\n')
    .filter((word) => word !== '');
}

const isThere = (shell: string) => spawnSync(shell, ['--version']).status === 0;

describe('completions', () => {
  it('are known to bash for `baton` (cli 7)', () => {
    const told = execFileSync('bash', ['--norc', '-c', 'source "$1"; complete -p baton', 'bash', join(dir, 'baton.bash')], { encoding: 'utf8' });
    assert.equal(told.trim(), 'complete -o default -F _baton baton');
  });

  it('offer commands, at every depth (cli 7)', () => {
    const nouns = offeredByBash('');
    assert.ok(nouns.includes('bead') && nouns.includes('init') && !nouns.includes('docs'), 'hidden ones are not offered');
    assert.deepEqual(offeredByBash('be'), ['bead']);
    assert.deepEqual(offeredByBash('bead', 'cl'), ['close']);
    assert.deepEqual(offeredByBash('mol', 'step', ''), ['done', 'fail', 'skip', 'retry']);
    assert.deepEqual(offeredByBash('--town', '/t', 'mol', 'st'), ['status', 'step']);
  });

  it('offer the options of a command, and the global ones (cli 7)', () => {
    assert.deepEqual(offeredByBash('bead', 'create', '--t'), ['--title', '--type', '--town']);
    assert.deepEqual(offeredByBash('bead', 'list', '--js'), ['--json']);
  });

  it('offer what an option or argument may be (cli 7)', () => {
    assert.deepEqual(offeredByBash('done', '--status', ''), ['COMPLETED', 'ESCALATED', 'DEFERRED']);
    assert.deepEqual(offeredByBash('done', '--status', '=', 'E'), ['ESCALATED']);
    assert.deepEqual(offeredByBash('escalate', '-s', 'h'), ['high']);
    assert.deepEqual(offeredByBash('completion', ''), ['bash', 'zsh', 'fish']);
  });

  it('offer ids of the town, asked of `baton` itself (cli 7)', () => {
    assert.deepEqual(offeredByBash('bead', 'show', ''), ['ap-1x9kz', 'ap-2y8jw']);
    assert.deepEqual(offeredByBash('bead', 'show', 'ap-2'), ['ap-2y8jw']);
    assert.deepEqual(offeredByBash('crew', 'add', 'max', '--rig', ''), ['app', 'backend']);
  });

  it('offer no command where free text is expected (cli 7)', () => {
    assert.deepEqual(offeredByBash('handoff', '-m', ''), []);
  });

  it('are read by zsh without complaint (cli 7)', { skip: !isThere('zsh') && 'no zsh here' }, () => {
    const read = spawnSync(
      'zsh',
      [
        '-f',
        '-c',
        'autoload -Uz compinit && compinit -u -d "$2" && source "$1" && print -- $_comps[baton]',
        'zsh',
        join(dir, '_baton'),
        join(dir, 'zcompdump'),
      ],
      { encoding: 'utf8' },
    );
    assert.deepEqual([read.stderr, read.stdout.trim()], ['', '_baton']);
  });

  it('are offered by fish (cli 7)', { skip: !isThere('fish') && 'no fish here' }, () => {
    const offered = (line: string) => {
      const told = spawnSync('fish', ['--no-config', '-c', `source ${join(dir, 'baton.fish')}; complete -C '${line}'`], {
        encoding: 'utf8',
        env: { ...process.env, HOME: dir },
      });
      assert.equal(told.stderr, '');
      return told.stdout
        .split('\n')
        .filter((word) => word !== '')
        .map((word) => word.split('\t')[0]);
    };
    assert.deepEqual(offered('baton mol step '), ['done', 'fail', 'skip', 'retry']);
    assert.deepEqual(offered('baton done --status '), ['COMPLETED', 'DEFERRED', 'ESCALATED']);
    assert.ok(offered('baton bead create --t').includes('--title'));
  });
});
