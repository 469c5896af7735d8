import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isFault } from '#base';
import { editToml, patterns, readSettings, readValues, type SettingsFile, unsetToml, writeTemplate } from './index.ts';

const town = (text: string): SettingsFile => ({ text, place: 'town', name: 'baton.toml' });

describe('editToml', () => {
  it('replaces a value and keeps comments, order and everything else (config 6)', () => {
    const text = '# mine\ncapacity = 5 # five\n\n[context] # ours\n  cycle = 0.85   # boundary\nsuggest=0.7\n\n[roles.crew]\nmodel = "a # b"\n';
    assert.equal(editToml(town(text), 'context.cycle', '80%'), text.replace('0.85', '0.8'));
    assert.equal(editToml(town(text), 'capacity', 7), text.replace('= 5', '= 7'));
    assert.equal(editToml(town(text), 'roles.crew.model', 'x "y"'), text.replace('"a # b"', '"x \\"y\\""'));
  });

  it('puts a new key beside its relatives, below its own line as a comment, or in a new section (config 6)', () => {
    const text = '# head\n\n# about context\n[context]\ncycle = 0.9 # c\n# last words\n';
    assert.equal(editToml(town(text), 'context.hard', 0.99), text.replace('# c\n', '# c\nhard = 0.99\n'));
    assert.equal(editToml(town(text), 'stop.grace_s', '5'), `${text}\n[stop]\ngrace_s = 5\n`);
    assert.equal(editToml(town(text), 'shims', 'off'), text.replace('# head\n\n', '# head\n\nshims = "off"\n\n'));
    assert.equal(editToml(town('[stop]\n# grace_s = 3 # wait\n# more\n'), 'stop.grace_s', 4), '[stop]\n# grace_s = 3 # wait\ngrace_s = 4\n# more\n');
    assert.equal(editToml(town(''), 'env.pass', 'A,B'), '\n[env]\npass = [ "A", "B" ]\n'.slice(1));
    assert.equal(editToml(town('capacity = 5'), 'formula', 'tdd'), 'capacity = 5\nformula = "tdd"\n');
  });

  it('finds keys in dotted, quoted and inline forms, past strings that look like sections (config 6)', () => {
    const text = 'context.cycle = 0.9\nenv = { pass = ["a]", "b}"], }\n"default_agent" = """\n[stop]\ngrace_s = 9"""\n'
      .replace(', }', ' }')
      .replace('"""\n[stop]\ngrace_s = 9"""', "'x'");
    assert.equal(editToml(town(text), 'context.hard', 0.98), text.replace('0.9\n', '0.9\ncontext.hard = 0.98\n'));
    assert.equal(editToml(town(text), 'env.pass', '[]'), text.replace('["a]", "b}"]', '[]'));
    assert.equal(editToml(town(text), 'default_agent', 'codex'), text.replace("'x'", '"codex"'));
    assert.equal(editToml(town('git = { name = "A" }\n'), 'git.email', 'a@b'), 'git = { name = "A", email = "a@b" }\n');
    assert.equal(editToml(town('[roles]\ncrew.model = "x"\n'), 'roles.crew.runtime', 'pi'), '[roles]\ncrew.model = "x"\ncrew.runtime = "pi"\n');
    const gates = "gates = [\n  '''\n[context]\nset = 1''', # [x]\n  \"b\",\n]\n";
    assert.equal(editToml({ text: gates, place: 'rig', name: 'app/rig.toml' }, 'context.cycle', 0.9), `${gates}\n[context]\ncycle = 0.9\n`);
    assert.equal(editToml({ text: gates, place: 'rig', name: 'app/rig.toml' }, 'gates', 'make'), 'gates = [ "make" ]\n');
  });

  it('refuses what the table does not allow, and a file that does not parse (config 2, 3)', () => {
    const refuses = (act: () => unknown) => assert.throws(act, (error) => isFault(error, 'invalid'));
    refuses(() => editToml(town(''), 'context.cycel', 1));
    refuses(() => editToml(town(''), 'context.cycle', 'lots'));
    refuses(() => editToml(town(''), 'target', 'main'));
    refuses(() => editToml(town('a = = 1'), 'capacity', 1));
  });

  it('refuses to edit what a program cannot edit safely (config 6)', () => {
    assert.throws(
      () => editToml(town('context = { cycle.x = 1 }\n'), 'context.cycle', 0.9),
      (error) => isFault(error, 'unsupported') && /by hand: context\.cycle = 0\.9/.test(error.hint ?? ''),
    );
  });

  it('sets any sequence of keys in a template, and unsetting them gives back the text (config 6)', () => {
    const samples: Record<string, unknown> = {
      'context.cycle': 0.8,
      'roles.crew.model': 'm',
      'runtimes.x.window': 5000,
      capacity: 3,
      shims: 'off',
      'env.pass': ['A'],
      'git.name': 'N"',
      'roles.mayor.auto_cycle': false,
      'krc.ttl.merge_*': 7200,
    };
    const template = writeTemplate('town', ['Settings.']);
    fc.assert(
      fc.property(fc.shuffledSubarray(Object.keys(samples), { minLength: 1 }), (keys) => {
        const text = keys.reduce((file, key) => editToml(town(file), key, samples[key]), template);
        assert.deepEqual({ ...readValues(town(text)) }, Object.fromEntries(keys.map((key) => [key, samples[key]])));
        assert.ok(template.split('\n').every((line) => text.includes(line)));
        const back = keys.reduce((file, key) => unsetToml(town(file), key), text);
        assert.deepEqual({ ...readValues(town(back)) }, {});
      }),
      { numRuns: 60 },
    );
  });
});

describe('unsetToml', () => {
  it('removes a key with its line, and nothing else (config 6)', () => {
    const text = '# a\ncapacity = 5 # five\nformula = "tdd"\n[context]\ncycle = 0.9\n';
    assert.equal(unsetToml(town(text), 'capacity'), text.replace('capacity = 5 # five\n', ''));
    assert.equal(unsetToml(town(text), 'context.cycle'), text.replace('cycle = 0.9\n', ''));
    assert.equal(unsetToml(town(text), 'stop.grace_s'), text);
    assert.equal(unsetToml(town('git = { name = "A", email = "b" }\n'), 'git.name'), 'git = { email = "b" }\n');
    assert.equal(unsetToml(town('git = { name = "A", email = "b" }\n'), 'git.email'), 'git = { name = "A" }\n');
  });

  it('removes a mistyped key too, and refuses one that is nowhere (config 6)', () => {
    assert.equal(unsetToml(town('contxt.cycle = 1\n'), 'contxt.cycle'), '');
    assert.throws(
      () => unsetToml(town(''), 'contxt.cycle'),
      (error) => isFault(error, 'invalid'),
    );
  });
});

describe('writeTemplate', () => {
  it('changes nothing as it is (config 8)', () => {
    const settings = readSettings({ town: writeTemplate('town', ['T']), rigs: { app: writeTemplate('rig', ['R']) } });
    assert.ok(settings.list({ rig: 'app' }).every(({ source }) => source.kind === 'default'));
  });

  it('sets each default when a line is uncommented, and shows every row once (config 8)', () => {
    const files = { town: writeTemplate('town', ['T']), rig: writeTemplate('rig', ['R']) };
    for (const [place, text] of Object.entries(files)) {
      const uncommented = text.replaceAll(/^# (?=[a-z_]+ = (?!…))/gm, '').replaceAll(/^# \[(roles|runtimes)\.<\w+>\]/gm, '[$1.boot]');
      const values = readValues({ text: uncommented, place: place as 'town' | 'rig', name: place });
      const settings = readSettings({ town: '' });
      for (const [key, value] of Object.entries(values)) assert.deepEqual(value, settings.explain(key).value, key);
    }
    const lines = `${files.town}${files.rig}`.split('\n').filter((line) => / = /.test(line));
    assert.equal(lines.length, patterns.length);
  });
});
