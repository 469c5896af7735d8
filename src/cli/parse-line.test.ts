import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFault } from '#base';
import { catalogue } from './declarations/index.ts';
import { parseLine } from './parse-line.ts';
import { splitWords } from './testing.ts';

const read = (line: string) => parseLine(catalogue, splitWords(line), 100);

function readCommand(line: string) {
  const asked = read(line);
  assert.equal(asked.kind, 'command', line);
  return asked.kind === 'command' ? { words: asked.command.words.join(' '), input: asked.input, globals: asked.globals } : assert.fail();
}

function refused(line: string): { message: string; hint: string | undefined } {
  try {
    read(line);
  } catch (error) {
    if (isFault(error, 'invalid')) return { message: error.message, hint: error.hint };
    throw error;
  }
  return assert.fail(`"${line}" was read`);
}

describe('a line', () => {
  it('takes the global options in any place (cli 2)', () => {
    for (const line of [
      '--town /t --json bead list --all',
      'bead --town /t list --json --all',
      'bead list --all --json --town /t',
      'bead list --all --town=/t --json',
    ]) {
      assert.deepEqual(readCommand(line), { words: 'bead list', input: { all: true }, globals: { town: '/t', json: true } }, line);
    }
  });

  it('takes a town that is named like a command (cli 2)', () => {
    assert.deepEqual(readCommand('--town bead rig list').globals, { town: 'bead' });
  });

  it('lets a value begin with a dash and hold an equals sign (cli 3)', () => {
    assert.equal(readCommand('mail send mayor -s -x --body=a=b').input.subject, '-x');
    assert.equal(readCommand('mail send mayor -s -x --body=a=b').input.body, 'a=b');
  });

  it('reads KEY=VALUE at the first equals sign, also with an empty value (cli 3)', () => {
    assert.deepEqual(readCommand('sling ap-1 app --var a=b=c --var empty= --var "t=two words"').input.var, { a: 'b=c', empty: '', t: 'two words' });
  });

  it('refuses a pair without an equals sign, and a key that is said twice (cli 3)', () => {
    assert.match(refused('sling ap-1 app --var a').message, /--var "a" is not NAME=VALUE/);
    assert.match(refused('sling ap-1 app --var =x').message, /"=x" is not/);
    assert.match(refused('sling ap-1 app --var a=1 --var a=2').message, /--var gives "a" twice/);
  });

  it('reads a choice without regard to case, and quotes one that does not exist (cli 3)', () => {
    assert.equal(readCommand('done --status deferred').input.status, 'DEFERRED');
    assert.match(refused('done --status later').message, /--status "later" is none of COMPLETED, ESCALATED, DEFERRED/);
  });

  it('reads whole numbers within their bounds (cli 3)', () => {
    assert.equal(readCommand('events --since 12').input.since, 12);
    for (const said of ['x', '-1', '1.5', '', '0x10', '99999999999999999999'])
      assert.match(refused(`events --since "${said}"`).message, /--since ".*" is not a whole number from 0/);
    assert.match(refused('feed -n 0').message, /--limit "0" is not a whole number from 1/);
  });

  it('says which argument is missing, and which is too many (cli 4)', () => {
    assert.deepEqual(refused('rig show'), { message: 'NAME is missing', hint: 'see `baton rig show --help`' });
    assert.match(refused('bead close').message, /BEAD is missing/);
    assert.match(refused('rig show app other').message, /`baton rig show` does not take "other"/);
    assert.match(refused('mail send mayor -m').message, /the option "--body" needs a value/);
    assert.match(refused('mail send mayor').message, /--subject is missing/);
  });

  it('names the nearest command or option for a mistyped one (cli 4)', () => {
    assert.deepEqual(refused('baed list'), { message: 'there is no command "baed"', hint: 'did you mean "bead"?' });
    assert.deepEqual(refused('bead crate x'), { message: '`baton bead` has no command "crate"', hint: 'did you mean "create"?' });
    assert.deepEqual(refused('mol step dnoe'), { message: '`baton mol step` has no command "dnoe"', hint: 'did you mean "done"?' });
    assert.deepEqual(refused('bead create --titel x'), { message: '`baton bead create` has no option "--titel"', hint: 'did you mean "--title"?' });
    assert.deepEqual(refused('bead list --jsn'), { message: '`baton bead list` has no option "--jsn"', hint: 'did you mean "--json"?' });
    assert.deepEqual(refused('xyzzy'), { message: 'there is no command "xyzzy"', hint: 'see `baton --help`' });
  });

  it('takes hidden names of options (cli 3)', () => {
    assert.equal(readCommand('mail send mayor -s x --message y').input.body, 'y');
    assert.equal(readCommand('bead create x --description y').input.body, 'y');
  });

  it('passes everything after `tmux` on as it is (cli 3)', () => {
    assert.deepEqual(readCommand('tmux list-panes -a --json -t =x').input, { args: ['list-panes', '-a', '--json', '-t', '=x'] });
    assert.deepEqual(readCommand('--json tmux ls').globals, { json: true });
  });

  it('tells a command from a text of the same noun (cli 3)', () => {
    assert.equal(readCommand('escalate list').words, 'escalate list');
    assert.deepEqual(readCommand('escalate -s high the schema breaks').input, { severity: 'high', text: ['the', 'schema', 'breaks'] });
  });

  it('takes everything after `--` as arguments (cli 3)', () => {
    assert.equal(readCommand('bead create --priority P1 -- --json').input.text, '--json');
  });

  it('tells help where it is asked for, also when something required is missing (cli 4)', () => {
    for (const line of ['--help', 'bead --help', 'bead close -h', 'mail send --help --json']) {
      const asked = read(line);
      assert.ok(asked.kind === 'help' && asked.isAsked && asked.text.startsWith('Usage: baton'), line);
    }
    for (const line of ['', 'bead', 'mol step']) {
      const asked = read(line);
      assert.ok(asked.kind === 'help' && !asked.isAsked && asked.text.startsWith('Usage: baton'), line);
    }
  });

  it('tells the version in any place (cli 2)', () => {
    for (const line of ['--version', 'bead --version', 'bead list --version']) assert.equal(read(line).kind, 'version', line);
  });
});
