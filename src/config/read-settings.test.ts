import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFault } from '#base';
import { environmentName, formatSource, patterns, readSettings } from './index.ts';
import { options, orderedKeys } from './options.ts';

function refused(act: () => unknown, ...words: string[]): Error & { hint?: string } {
  try {
    act();
  } catch (error) {
    assert.ok(isFault(error, 'invalid'), String(error));
    for (const word of words) assert.ok(error.message.includes(word), `"${error.message}" names ${word}`);
    return error as Error & { hint?: string };
  }
  throw new Error('it was accepted');
}

describe('readSettings', () => {
  it('takes a flag before the environment, then rig.toml, baton.toml, the default, and says which (config 1)', () => {
    const texts = { town: '[context]\ncycle = 0.8\nsuggest = 0.6\n', rigs: { App: '[context]\ncycle = "75%"\n' } };
    const env = { BATON_CONTEXT_CYCLE: '78%' };
    const sources = (settings: ReturnType<typeof readSettings>, rig?: string) => [
      settings.get('context.cycle', { rig }),
      formatSource(settings.explain('context.cycle', { rig }).source),
    ];
    assert.deepEqual(sources(readSettings({ town: '' })), [0.85, 'default']);
    assert.deepEqual(sources(readSettings(texts)), [0.8, 'baton.toml']);
    assert.deepEqual(sources(readSettings(texts), 'app'), [0.75, 'App/rig.toml']);
    assert.deepEqual(sources(readSettings(texts), 'other'), [0.8, 'baton.toml']);
    assert.deepEqual(sources(readSettings({ ...texts, env }), 'App'), [0.78, 'BATON_CONTEXT_CYCLE']);
    assert.deepEqual(sources(readSettings({ ...texts, env, flags: { 'context.cycle': '0.9' } }), 'App'), [0.9, 'flag']);
  });

  it('types what it gives: shares, numbers, flags, choices, lists, commands (config 1)', () => {
    const settings = readSettings({
      town: 'env.pass = ["A", "B_*"]\n[roles.crew]\nauto_cycle = true\n[runtimes.claude]\nwindow = 200_000\ncommand = ["claude", "--fast"]\n[context]\nsuggest = 60\n',
      rigs: { app: 'gates = ["npm test", "make check"]\n' },
    });
    assert.deepEqual(settings.get('env.pass'), ['A', 'B_*']);
    assert.equal(settings.get('roles.crew.auto_cycle'), true);
    assert.equal(settings.get('runtimes.claude.window'), 200_000);
    assert.equal(settings.get('runtimes.codex.window'), undefined);
    assert.equal(settings.get('context.suggest'), 0.6);
    assert.deepEqual(settings.get('gates', { rig: 'app' }), ['npm test', 'make check']);
    assert.equal(settings.explain('gates', { rig: 'app' }).text, 'npm test; make check');
    const command: readonly string[] | undefined = settings.get('runtimes.claude.command');
    assert.deepEqual(command, ['claude', '--fast']);
  });

  it('reads a length of time with its unit, and in seconds without one (config 1)', () => {
    const settings = readSettings({ town: '[krc.ttl]\nnudge = "2d"\n"merge_*" = "90m"\nmail = 7200\n', env: { BATON_KRC_TTL_DONE: '36h' } });
    const shown = ['nudge', 'merge_*', 'mail', 'done', 'hook'].map((type) => settings.explain(`krc.ttl.${type}`));
    assert.deepEqual(
      shown.map(({ value, text }) => [value, text]),
      [
        [172_800, '2d'],
        [5400, '90m'],
        [7200, '2h'],
        [129_600, '36h'],
        [undefined, ''],
      ],
    );
  });

  it('gives each role its default (config 1)', () => {
    const settings = readSettings({ town: '' });
    assert.deepEqual(
      ['mayor', 'crew', 'polecat', 'witness', 'boot'].map((role) => settings.get(`roles.${role}.mode`)),
      ['agent', 'agent', 'agent', 'code', 'code'],
    );
    assert.deepEqual(
      ['mayor', 'crew', 'polecat', 'deacon'].map((role) => settings.get(`roles.${role}.permissions`)),
      ['ask', 'ask', 'bypass', 'bypass'],
    );
    assert.deepEqual(
      ['mayor', 'crew', 'polecat'].map((role) => settings.get(`roles.${role}.auto_cycle`)),
      [true, false, true],
    );
  });

  it('refuses an unknown key and hints at the nearest (config 2)', () => {
    assert.match(refused(() => readSettings({ town: '[context]\ncicle = 0.8\n' }), 'baton.toml', '"context.cicle"').hint ?? '', /"context\.cycle"/);
    assert.match(
      refused(() => readSettings({ town: '', rigs: { app: '[roles.crew]\nmodell = "x"\n' } }), 'app/rig.toml', '"roles.crew.modell"').hint ?? '',
      /"roles\.crew\.model"/,
    );
    assert.match(refused(() => readSettings({ town: 'runtimes.claude.windw = 5\n' }), '"runtimes.claude.windw"').hint ?? '', /"runtimes\.claude\.window"/);
    assert.match(refused(() => readSettings({ town: 'krc.tll.nudge = "1d"\n' }), '"krc.tll.nudge"').hint ?? '', /"krc\.ttl\.nudge"/);
    refused(() => readSettings({ town: 'krc.ttl."m*_x" = "1d"\n' }), '"krc.ttl.m*_x"');
    assert.match(refused(() => readSettings({ town: 'cycle = 0.8\n' }), '"cycle"').hint ?? '', /"context\.cycle"/);
    refused(() => readSettings({ town: '[roles.overseer]\nmodel = "x"\n' }), '"roles.overseer.model"');
    refused(() => readSettings({ town: '', flags: { nonsense: '1' } }), 'flag', '"nonsense"');
    refused(() => readSettings({ town: '' }).explain('constructor'), '"constructor"');
    refused(() => readSettings({ town: '"__proto__" = 1\n' }), 'baton.toml');
  });

  it('refuses wrong types and values out of range, naming file, key and value (config 2)', () => {
    const bad: [town: string, ...words: string[]][] = [
      ['capacity = -1\n', '"capacity" is -1', 'whole number from 0 to 200'],
      ['capacity = 2.5\n', '2.5'],
      ['capacity = "many"\n', '"many"'],
      ['capacity = 1979-05-27\n', '"capacity"'],
      ['[capacity]\nx = 1\n', '"capacity" is a table'],
      ['context.cycle = 101\n', '101'],
      ['context.cycle = "185%"\n', '185%'],
      ['shims = "yes"\n', '"yes"', 'auto, force, off'],
      ['roles.crew.auto_cycle = "maybe"\n', '"maybe"', 'true or false'],
      ['env.pass = "A"\nformula = ""\n', '"formula" is ""'],
      ['default_agent = "a\\nb"\n', '"default_agent"'],
      ['env.pass = [1]\n', '[1]'],
      ['krc.ttl.nudge = "2w"\n', '"2w"', 'a time from 1h to 3650d'],
      ['krc.ttl.nudge = "59m"\n', '"59m"'],
    ];
    for (const [town, ...words] of bad) refused(() => readSettings({ town }), 'baton.toml', ...words);
    refused(() => readSettings({ town: '', rigs: { app: 'gates = [""]\n' } }), 'app/rig.toml', '"gates"');
    refused(() => readSettings({ town: '', env: { BATON_CAPACITY: 'x' } }), 'BATON_CAPACITY', '"x"');
    refused(() => readSettings({ town: '', flags: { capacity: '1e9' } }), 'flag', '"1e9"');
  });

  it("refuses a rig's own setting in baton.toml (config 2)", () => {
    assert.match(refused(() => readSettings({ town: 'target = "main"\n' }), 'baton.toml', '"target"').hint ?? '', /--rig/);
    assert.equal(readSettings({ town: 'capacity = 9\n' }).get('capacity', { rig: 'app' }), 9);
  });

  it('tells line and column of TOML that cannot be parsed (config 3)', () => {
    const fault = refused(() => readSettings({ town: 'capacity = 5\nformula = "work\n' }), 'baton.toml', 'line 2');
    assert.match(fault.message, /column \d+/);
    assert.match(fault.hint ?? '', /formula/);
    refused(() => readSettings({ town: '', rigs: { app: 'a = 1\na = 2\n' } }), 'app/rig.toml', 'line 2');
  });

  it('refuses settings that contradict each other, over files too (config 4)', () => {
    refused(() => readSettings({ town: 'context.cycle = 0.6\n' }), '"context.suggest" (70%)', '"context.cycle" (60%)');
    const fault = refused(() => readSettings({ town: 'context.suggest = 0.8\n', rigs: { app: 'context.cycle = 0.75\n' } }), '"context.suggest" (80%)');
    assert.match(fault.hint ?? '', /baton\.toml.*app\/rig\.toml/);
  });

  it('has defaults that agree with each other (config 4)', () => {
    for (const [low, high] of orderedKeys) assert.ok(Number(options[low].fallback) <= Number(options[high].fallback), `${low} is at most ${high}`);
  });

  it('passes over environment names that set nothing, and shares none with them (config 5)', () => {
    const env = {
      BATON_TOWN: '/x',
      BATON_SESSION: 'sess_1',
      BATON_VAR_X: '1',
      BATON_FAULT: 'a=kill',
      PATH: '/bin',
      BATON_RUNTIMES_CODEX_WINDOW: '1000',
      BATON_ROLES_CREW_MODEL: 'large',
      BATON_ROLES_NOBODY_MODEL: 'small',
      BATON_ENV_PASS: 'A, B',
      BATON_CAPACITY: undefined,
    };
    const settings = readSettings({ town: '', env });
    assert.equal(settings.get('runtimes.codex.window'), 1000);
    assert.deepEqual([settings.get('roles.crew.model'), settings.get('roles.mayor.model')], ['large', options['roles.<role>.model'].fallback]);
    assert.deepEqual(settings.get('env.pass'), ['A', 'B']);
    const identity = ['TOWN', 'AGENT', 'ROLE', 'RIG', 'SESSION', 'GENERATION', 'RUNTIME', 'BIN', 'FAULT', 'TEST_RUN'].map((name) => `BATON_${name}`);
    const names = patterns.map(environmentName);
    assert.deepEqual(
      names.filter((name) => identity.includes(name) || name.startsWith('BATON_VAR_')),
      [],
    );
    assert.equal(new Set(names).size, names.length);
  });

  it('lists every setting once, roles one by one, open families by what is set (config 1)', () => {
    const settings = readSettings({ town: 'runtimes.claude.window = 5000\n', rigs: { app: 'runtimes.codex.window = 7000\n' }, flags: { capacity: '3' } });
    const keys = settings.list().map(({ key }) => key);
    assert.equal(new Set(keys).size, keys.length);
    assert.ok(keys.includes('roles.boot.model') && keys.includes('runtimes.claude.window') && !keys.includes('runtimes.codex.window'));
    assert.ok(settings.list({ rig: 'app' }).some(({ key }) => key === 'runtimes.codex.window'));
    assert.deepEqual(
      settings.list().find(({ key }) => key === 'capacity'),
      { key: 'capacity', value: 3, text: '3', source: { kind: 'flag' } },
    );
  });
});
