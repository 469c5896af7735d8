import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeSettings } from '#config/model';
import { contractVersion, type Signal, type SignalAnswer, signals } from './contract.ts';
import { findRuntime, getRuntime, runtimes } from './registry.ts';

const settings = makeSettings({ town: {}, rigs: {} });

const order = {
  prompt: '[GAS TOWN] polecat Toast <- self • 2026-11-21T09:30 • assigned\nwork "on" it; $(no)',
  env: { BATON_SESSION: 'sess_00000001', BATON_TOWN: '/town' },
  programs: {
    node: '/opt/node',
    baton: '/town/.baton/bin/baton',
    signal: '/town/.baton/bin/signal',
    runbook: '/town/.baton/bin/1/runbook.cjs',
    view: '/town/.baton/bin/1/view.cjs',
  },
  cwd: '/town/app/polecats/Toast',
  conversation: '00000000-0000-4000-8000-000000000001',
  filesFolder: '/town/.baton/run/launch/sess_00000001',
  permissions: 'ask',
} as const;
const answers: SignalAnswer[] = [
  { kind: 'none' },
  { kind: 'context', text: 'read this' },
  { kind: 'continue', reason: 'hand off' },
  { kind: 'deny', reason: 'ruled out' },
];

for (const runtime of runtimes) {
  test(`${runtime.name} is written for this version of the contract and found by its name (runtimes 1)`, () => {
    assert.equal(runtime.contract, contractVersion);
    assert.equal(findRuntime(runtime.name, settings), runtime);
    assert.equal(runtimes.filter(({ name }) => name === runtime.name).length, 1);
  });

  test(`${runtime.name} describes a window that has a usable part (runtimes 1)`, () => {
    const { windowTokens, compactsAtShare, processNames, primeBytes } = runtime.descriptor;
    assert.ok(windowTokens > 0 && compactsAtShare > 0 && compactsAtShare <= 1);
    assert.ok(processNames.length > 0 && primeBytes > 0);
  });

  test(`${runtime.name} keeps the environment of an order, and its files in the order's folder (runtimes 2)`, () => {
    const launch = runtime.launch(order);
    for (const [name, value] of Object.entries(order.env)) assert.equal(launch.env[name], value);
    for (const file of launch.files) assert.ok(file.path.startsWith(`${order.filesFolder}/`));
    if (runtime.descriptor.prompt.kind === 'argv') assert.ok(launch.argv.includes(order.prompt), 'the prompt is one argument, unchanged');
  });

  test(`${runtime.name} can always say nothing, and never invents an answer for a signal (runtimes 3)`, () => {
    for (const signal of signals) {
      for (const answer of answers) {
        const reply = runtime.answer(signal, answer);
        if (answer.kind === 'none') assert.equal(reply?.stdout, '');
        if (answer.kind === 'continue' && signal !== 'stop') assert.equal(reply, undefined);
        if (answer.kind === 'deny' && signal !== 'pre-tool') assert.equal(reply, undefined);
      }
    }
  });

  test(`${runtime.name} reads any JSON object as a signal, and refuses what is none (runtimes 3)`, () => {
    fc.assert(
      fc.property(fc.constantFrom<Signal>(...signals), fc.object(), (signal, value) => {
        runtime.readSignal(signal, JSON.stringify(value));
      }),
    );
    assert.throws(() => runtime.readSignal('start', '["a list"]'), { kind: 'invalid' });
  });

  test(`${runtime.name} reads any line of a transcript without failing (runtimes 4)`, () => {
    const { transcript } = runtime;
    if (transcript.kind === 'lines') fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (line) => void transcript.readLine(line)));
    else fc.assert(fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.json(), fc.integer())), (row) => void transcript.readRow(row)));
  });

  test(`${runtime.name} reads any screen without failing, and an empty one tells nothing (runtimes 7)`, () => {
    if (runtime.readScreen === undefined) return;
    fc.assert(fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (screen) => void runtime.readScreen?.(screen)));
    for (const screen of ['', '\n \n']) assert.deepEqual(runtime.readScreen(screen), { prompt: 'unknown' });
  });
}

test('an unknown runtime is a fault that names the ones there are (runtimes 1)', () => {
  assert.equal(findRuntime('runbok', settings), undefined);
  assert.throws(() => getRuntime('runbok', settings), { kind: 'not-found', hint: 'did you mean "runbook"?' });
  assert.throws(() => getRuntime('something', settings), /there is no runtime "something"/);
});

test('a command in the settings makes a runtime, and takes no adapter over (runtimes 5)', () => {
  const town = {
    'runtimes.mine.command': ['/opt/mine', '--fast'],
    'runtimes.mine.window': 5000,
    'runtimes.mine.signals': 'own',
    'runtimes.runbook.command': ['/opt/other'],
  };
  const made = makeSettings({ town, rigs: {} });
  const mine = getRuntime('mine', made);
  assert.deepEqual(mine.launch(order).argv, ['/opt/mine', '--fast', order.prompt]);
  assert.deepEqual([mine.descriptor.windowTokens, mine.descriptor.startSignal.kind, mine.descriptor.processNames], [5000, 'before-prompt', ['mine']]);
  assert.equal(getRuntime('runbook', made), runtimes[0]);
  const silent = getRuntime('mine', makeSettings({ town: { 'runtimes.mine.command': ['mine'] }, rigs: {} }));
  assert.equal(silent.descriptor.startSignal.kind, 'none');
});

test("an order's own command is run instead of the runtime's, with the prompt behind it (runtimes 2)", () => {
  for (const runtime of runtimes) {
    const { argv } = runtime.launch({ ...order, command: ['/bin/true', 'a b'] });
    assert.deepEqual(argv.slice(0, 2), ['/bin/true', 'a b']);
    if (runtime.descriptor.prompt.kind === 'argv') assert.equal(argv.at(-1), order.prompt);
  }
});

test('what a program would change when it is pasted is known, and nothing else (runtimes 7)', () => {
  const texts = ['a\tb', 'see @file', 'two\n\n  lines; "$(x)" `y` 😀'];
  const changed = (name: string) => texts.map((text) => getRuntime(name, settings).changesPaste?.(text));
  assert.deepEqual(Object.fromEntries(['pi', 'kimi', 'opencode'].map((name) => [name, changed(name)])), {
    pi: [true, false, false],
    kimi: [true, false, false],
    opencode: [true, true, false],
  });
});
