import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { catalogue } from './declarations/index.ts';
import { parseLine } from './parse-line.ts';
import { readHotLine } from './read-hot-line.ts';
import { splitWords } from './testing.ts';

const plainLine = { event: undefined, isInject: false, isJson: false, isQuiet: false, town: undefined };

describe('a hot line', () => {
  it('is read by hand (cli 9)', () => {
    assert.deepEqual(readHotLine(['hook']), { ...plainLine, name: 'hook' });
    assert.deepEqual(readHotLine(['hook', '--json']), { ...plainLine, name: 'hook', isJson: true });
    assert.deepEqual(readHotLine(['prime', '--hook', '--town', '/t']), { ...plainLine, name: 'prime', town: '/t' });
    assert.deepEqual(readHotLine(['--town=/t', 'mail', 'check', '--inject']), { ...plainLine, name: 'mail check', isInject: true, town: '/t' });
    assert.deepEqual(readHotLine(['signal', 'stop']), { ...plainLine, name: 'signal', event: 'stop' });
    assert.deepEqual(readHotLine(['mol', 'current']), { ...plainLine, name: 'mol current' });
    assert.deepEqual(readHotLine(['keepalive', '--quiet']), { ...plainLine, name: 'keepalive', isQuiet: true });
  });

  it('leaves everything unusual to the parser (cli 9)', () => {
    for (const line of [
      '',
      'hook ap-1',
      'hook --agent mayor',
      'hook --help',
      'prime',
      'prime --state',
      'prime --hook --state',
      'mail',
      'mail inbox',
      'mail check now',
      'signal',
      'signal a b',
      'signal nonsense',
      'mol current ap-1',
      'mol',
      'keepalive --town',
      'bead list',
    ]) {
      assert.equal(readHotLine(splitWords(line)), undefined, line);
    }
  });

  it('names only commands that are declared, and means the same by them (cli 9)', () => {
    for (const line of ['hook', 'prime --hook', 'mail check --inject', 'mol current', 'signal stop', 'keepalive']) {
      const asked = parseLine(catalogue, splitWords(line), 100);
      assert.equal(asked.kind === 'command' ? asked.command.words.join(' ') : '', readHotLine(splitWords(line))?.name);
    }
  });
});
